// What the page knows, as signals. Only session.ts, live.ts and moves.ts change it; components read it.
import { computed, signal } from "@preact/signals";
import { passes } from "./filters";
import type { Agent, Conversation, FoundPage, Message, Move, Owed, Pile, Pledge, QueueEntry, ReasonGroup, Recognised } from "./protocol";

export type Pane = "queue" | "conversation" | "brief";
export type Screen = "conversations" | "faq" | "replies" | "team" | "undelivered";
export type Line = "connecting" | "live" | "lost";
export type Dialog = "shortcuts" | "owed" | "mentions" | "account" | "evidence" | Exclude<Move, "accept"> | null;

/** undefined while we don't know yet whether somebody is signed in. */
export const agent = signal<Agent | null | undefined>(undefined);
export const queue = signal<QueueEntry[] | null>(null);
/** What is owed to customers: one's own promises and the team's; for a lead everybody's. */
export const owed = signal<Owed[]>([]);
/** For leads: how many messages did not arrive, and when the latest did not. */
export const pile = signal<Pile>({ count: 0, latest: null });
/** Promises found in the reply just sent, which can be recorded. */
export const offer = signal<{ id: string; number: number; found: Recognised[] } | null>(null);
/** The promise whose evidence is asked for. */
export const closing = signal<Pledge | null>(null);
/** What a contact can have been about; null until it is asked for. */
export const reasons = signal<ReasonGroup[] | null>(null);
export const closed = signal<QueueEntry[] | null>(null);
export const tab = signal<"open" | "closed" | "find">("open");
/** What was looked for, and what was found so far; null before anything was looked for. */
export const sought = signal("");
export const found = signal<FoundPage | null>(null);
/** Which screen is shown. */
export const screen = signal<Screen>("conversations");
export const openId = signal<string | null>(null);
export const conversation = signal<Conversation | null>(null);
/** The open conversation's messages: the latest ones, and the earlier ones fetched so far. */
export const thread = signal<Message[]>([]);
/** The message that a link leads to, until it is shown. */
export const wanted = signal<{ id: string; number: number } | null>(null);
export const gone = signal(false);
/** Where in the FAQ: null at its list, else the id of an entry or NEW. */
export const faqPlace = signal<string | null>(null);
export const line = signal<Line>("connecting");
export const pane = signal<Pane>("queue");
export const dialog = signal<Dialog>(null);
export const composing = signal<"reply" | "note">("reply");
export const notice = signal<string | null>(null);
/** The server's time in milliseconds, ticking; see clock.ts. */
export const now = signal(Date.now());

/** Whether whoever is signed in leads. */
export const leads = computed(() => agent.value != null && agent.value.role !== "agent");
export const waiting = computed(() => (queue.value ?? []).filter((entry) => !isOwned(entry)));
export const mine = computed(() => (queue.value ?? []).filter((entry) => isOwned(entry) && isMine(entry)));
export const others = computed(() => (queue.value ?? []).filter((entry) => isOwned(entry) && !isMine(entry)));
/** The entries in the order in which they are listed, for moving through them by key. */
export const listed = computed(() =>
  tab.value === "open"
    ? [...mine.value, ...waiting.value, ...others.value].filter(passes)
    : tab.value === "closed"
      ? (closed.value ?? [])
      : (found.value?.found ?? []).map(({ entry }) => entry),
);

/** Take a fresh view of the open conversation, keeping earlier messages that adjoin it. */
export function show(view: Conversation): void {
  if (view.id !== openId.value) return;
  const first = view.messages[0]?.number ?? Infinity;
  const known = conversation.value?.id === view.id ? thread.value : [];
  const adjoins = known.some((message) => message.number >= first - 1);
  const before = adjoins ? known.filter((message) => message.number < first) : [];
  conversation.value = view;
  thread.value = [...before, ...view.messages];
  gone.value = false;
}

let heard = 0;

/** Take what the live line tells of the open conversation. */
export function hear(view: Conversation): void {
  heard += 1;
  show(view);
}

/** Take what a request returns, unless the live line has told more meanwhile: whatever it did is told there, too. */
export async function showResult(asked: Promise<Conversation>): Promise<void> {
  const before = heard;
  const view = await asked;
  if (heard === before) show(view);
}

export const overdue = computed(() => owed.value.filter((promise) => promise.state === "broken"));
export const dueSoon = computed(() => owed.value.filter((promise) => promise.state === "open" && promise.reminded_at !== null));

/** Whether one may close it: one's own, the team's, or as a lead anybody's. */
export function mayClose(promise: Pledge): boolean {
  const me = agent.value;
  return me != null && (promise.owner === "team" || promise.owner === me.id || me.role !== "agent");
}

export function may(what: Conversation["allowed"][number]): boolean {
  return conversation.value?.allowed.includes(what) ?? false;
}

function isOwned(entry: QueueEntry): boolean {
  return entry.state === "accepted" || entry.state === "active";
}

function isMine(entry: QueueEntry): boolean {
  return entry.agent?.id === agent.value?.id;
}
