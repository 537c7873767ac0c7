// Puts what was said, noted and done into one line of time, for the conversation to show.
import { dayOf } from "./clock";
import type { Conversation, HandoffMove, Message, Note } from "./protocol";
import { REASONS } from "./words";

export type Item =
  | { kind: "day"; key: string; text: string }
  | { kind: "mark"; key: string; text: string; at: string }
  | { kind: "note"; key: string; note: Note }
  | { kind: "message"; key: string; message: Message; leads: boolean };

const PAUSE = 5 * 60_000; // after this long, the same speaker's name is shown again

/** The key of a message's row. */
export function keyOf(number: number): string {
  return `message ${number}`;
}

interface Aside {
  at: number;
  after: number; // the message number it can't come before
  item: Item;
}

/** By time; a message of an agent comes after what was noted or done in the same moment. */
function comesFirst(aside: Aside, message: Message, at: number): boolean {
  if (aside.after >= message.number) return false;
  return message.author === "agent" ? aside.at <= at : aside.at < at;
}

export function itemsOf(view: Conversation, messages: Message[]): Item[] {
  const items: Item[] = [];
  const asides = asidesOf(view, messages);
  let before: Message | null = null;
  for (const message of messages) {
    const at = Date.parse(message.at);
    while (asides[0] && comesFirst(asides[0], message, at)) {
      items.push((asides.shift() as Aside).item);
      before = null;
    }
    const day = midnightOf(message.at);
    if ((before === null ? lastDay(items) : midnightOf(before.at)) !== day) {
      items.push({ kind: "day", key: `day ${message.number}`, text: dayOf(message.at) });
      before = null;
    }
    items.push({ kind: "message", key: keyOf(message.number), message, leads: leads(before, message) });
    before = message;
  }
  return [...items, ...asides.map((aside) => aside.item)];
}

function asidesOf(view: Conversation, messages: Message[]): Aside[] {
  const from = messages[0] && messages[0].number > 1 ? Date.parse(messages[0].at) : 0;
  const notes = view.notes.map((note, index) => ({
    at: Date.parse(note.at),
    after: 0,
    item: { kind: "note", key: `note ${index}`, note } as const,
  }));
  return [...marksOf(view), ...notes].filter((aside) => aside.at >= from).sort((a, b) => a.at - b.at);
}

function marksOf(view: Conversation): Aside[] {
  const marks = [mark(view.requested_at, `Handed over: ${REASONS[view.reason].toLowerCase()}`, view.requested_number)];
  for (const made of view.history) {
    const text = turnOf(made);
    if (text !== null) marks.push(mark(made.at, `${made.by_name ?? "A colleague"} ${text}`));
  }
  if (view.closed_at) marks.push(mark(view.closed_at, closing(view)));
  return marks;
}

/** What an agent did by a move: they took it, or passed it on. */
function turnOf(made: HandoffMove): string | null {
  if (made.after === "accepted") return "took over";
  const had = made.before === "accepted" || made.before === "active";
  return had && (made.after === "queued" || made.after === "offered") ? "passed it on" : null;
}

function mark(at: string, text: string, after = 0): Aside {
  return { at: Date.parse(at), after, item: { kind: "mark", key: `mark ${at} ${text}`, text, at } };
}

/** How it ended; who waits no longer had a reason, which the history tells. */
function closing(view: Conversation): string {
  const why = view.state === "abandoned" ? view.history.at(-1)?.why : null;
  return why ? `No longer waiting: ${why}` : (CLOSINGS[view.state] ?? "Closed");
}

const CLOSINGS: Partial<Record<Conversation["state"], string>> = {
  returned: "Returned to the bot",
  resolved: "Resolved",
  abandoned: "The customer left",
};

/** When the day began here, in milliseconds: days of thousands of messages are compared by it. */
function midnightOf(iso: string): number {
  return new Date(iso).setHours(0, 0, 0, 0);
}

function lastDay(items: Item[]): number | null {
  for (let index = items.length - 1; index >= 0; index--) {
    const item = items[index];
    if (item?.kind === "message") return midnightOf(item.message.at);
    if (item?.kind === "note") return midnightOf(item.note.at);
    if (item?.kind === "mark") return midnightOf(item.at);
  }
  return null;
}

function leads(before: Message | null, message: Message): boolean {
  if (before === null) return true;
  const same = before.author === message.author && before.agent_name === message.agent_name && before.channel === message.channel;
  return !same || Date.parse(message.at) - Date.parse(before.at) > PAUSE;
}
