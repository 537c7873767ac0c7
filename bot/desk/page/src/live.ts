// The live line to the server. Each connection starts with the whole state, so after a cut nothing is missed.
import { api, Refusal } from "./api";
import { serverNow, setServerTime } from "./clock";
import { mentions } from "./mentions";
import { showSigns } from "./presence";
import type { Conversation, Mention, Owed, Pile, QueueEntry, QueueLines, Signs } from "./protocol";
import { agent, conversation, gone, hear, line, owed, pile, queue } from "./state";

const SILENCE = 50_000; // the server gives a pulse every 20 s; after this long the line is dead
const STALE = 25_000;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 10_000;

let source: EventSource | null = null;
let watched: string | null = null;
let heardAt = 0;
let wait = FIRST_WAIT;
let retry: number | undefined;

/** Listen to the queue and, if given, to one conversation. Replaces the line there was. */
export function listen(handoffId: string | null): void {
  watched = handoffId;
  hangUp();
  const query = handoffId === null ? "" : `?handoff=${encodeURIComponent(handoffId)}`;
  source = new EventSource(`/api/desk/events${query}`);
  heardAt = Date.now();
  on<QueueEntry[]>("queue", (entries) => (queue.value = entries));
  on<QueueLines>("lines", (lines) => (queue.value = renewed(queue.value ?? [], lines)));
  on<Owed[]>("promises", (promises) => (owed.value = promises));
  on<Conversation>("handoff", hear);
  on<Signs>("signs", (signs) => showSigns(signs, serverNow()));
  on<Mention[]>("mentions", (called) => (mentions.value = called));
  on<Pile>("dead_letters", (lying) => (pile.value = lying));
  on<{ now: string }>("pulse", (pulse) => setServerTime(pulse.now));
  on("gone", vanished);
  on("signed_out", signedOut);
  source.onerror = () => void lost();
}

export function hangUp(): void {
  window.clearTimeout(retry);
  source?.close();
  source = null;
}

function on<T>(event: string, heard: (data: T) => void): void {
  source?.addEventListener(event, (message: MessageEvent<string>) => {
    heardAt = Date.now();
    wait = FIRST_WAIT;
    line.value = "live";
    heard(JSON.parse(message.data) as T);
  });
}

/** The queue with the lines that have changed put in their places; those that are not in the order have left it. */
function renewed(entries: QueueEntry[], lines: QueueLines): QueueEntry[] {
  const known = new Map([...entries, ...lines.changed].map((entry) => [entry.id, entry]));
  const order = lines.order ?? entries.map((entry) => entry.id);
  return order.flatMap((id) => known.get(id) ?? []);
}

function vanished(): void {
  conversation.value = null;
  gone.value = true;
}

function signedOut(): void {
  hangUp();
  agent.value = null;
}

/** EventSource hides why it failed, so ask: signed out, a handoff that is gone, or only a cut. */
async function lost(): Promise<void> {
  hangUp();
  line.value = "lost";
  const id = watched;
  try {
    await (id === null ? api.me() : api.handoff(id));
  } catch (failure) {
    if (failure instanceof Refusal && failure.status === 401) return signedOut();
    if (failure instanceof Refusal && failure.status === 404) {
      vanished();
      watched = null;
    }
  }
  if (source !== null || agent.value == null) return; // a newer line was opened meanwhile
  window.clearTimeout(retry);
  retry = window.setTimeout(() => listen(watched), wait);
  wait = Math.min(wait * 2, LONGEST_WAIT);
}

function reopenAfter(silence: number): void {
  if (source !== null && Date.now() - heardAt > silence) {
    line.value = "lost";
    listen(watched);
  }
}

function wake(): void {
  if (document.visibilityState === "hidden" || agent.value == null) return;
  if (source === null) listen(watched);
  else reopenAfter(STALE);
}

window.setInterval(() => reopenAfter(SILENCE), 5_000);
window.addEventListener("online", wake);
document.addEventListener("visibilitychange", wake);
