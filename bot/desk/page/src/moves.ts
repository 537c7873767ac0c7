// What an agent does to the open conversation. Each answer is the fresh conversation; refusals become a notice.
import { api, Refusal } from "./api";
import type { Conversation, Move } from "./protocol";
import { agent, closed, conversation, listed, notice, openId, show, thread } from "./state";
import { open } from "./session";

const busy = new Set<string>();

export async function move(name: Move, note = ""): Promise<boolean> {
  const done = await once(name, (id) => api.move(id, name, note));
  if (done) closed.value = null; // the list of closed ones may have a new entry
  return done;
}

export function say(kind: "reply" | "note", text: string): Promise<boolean> {
  return once(kind, (id) => api.say(id, kind, text));
}

export async function loadEarlier(): Promise<void> {
  const id = openId.value;
  const first = thread.value[0];
  if (id === null || first === undefined || first.number <= 1) return;
  await attempt(async () => {
    const found = await api.earlier(id, first.number);
    if (openId.value === id && thread.value[0] === first) thread.value = [...found, ...thread.value];
  });
}

export async function loadClosed(): Promise<void> {
  await attempt(async () => {
    closed.value = await api.closed();
  });
}

/** Open the next (1) or previous (-1) conversation of the list. */
export function step(by: 1 | -1): void {
  const ids = listed.value.map((entry) => entry.id);
  const at = openId.value === null ? -1 : ids.indexOf(openId.value);
  const next = at < 0 ? ids[0] : ids[Math.min(Math.max(at + by, 0), ids.length - 1)];
  if (next === undefined) return;
  open(next);
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-entry="${next}"]`)?.focus());
}

/** Run a change of the open conversation, unless the same one is still under way. */
async function once(what: string, change: (id: string) => Promise<Conversation>): Promise<boolean> {
  const id = openId.value;
  if (id === null || conversation.value === null || busy.has(what)) return false;
  busy.add(what);
  try {
    return await attempt(async () => show(await change(id)));
  } finally {
    busy.delete(what);
  }
}

async function attempt(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    notice.value = null;
    return true;
  } catch (failure) {
    await refused(failure);
    return false;
  }
}

async function refused(failure: unknown): Promise<void> {
  if (!(failure instanceof Refusal)) throw failure;
  if (failure.status === 401) agent.value = null;
  notice.value = failure.message;
  const id = openId.value;
  if (failure.status === 409 && id !== null) await api.handoff(id).then(show, () => undefined);
}
