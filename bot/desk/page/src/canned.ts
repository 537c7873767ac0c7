// Canned replies: the ones there are, finding one by "/", and filling its variables from the brief.
import { computed, signal } from "@preact/signals";
import { api } from "./api";
import { draftOf, write } from "./drafts";
import type { CannedReply, Conversation } from "./protocol";
import { agent, conversation } from "./state";

export const kept = signal<CannedReply[] | null>(null);
/** The variables there are, each with what is put in its place. */
export const variables = signal<Record<string, string>>({});
/** What stands after the "/" that is being typed, and where it begins; null while none is. */
export const asked = signal<{ words: string; from: number; to: number } | null>(null);
export const chosen = signal(0);

const MOST = 8;
const ASKED = /(?:^|\n)\/([^\n]{0,60})$/;
const VARIABLE = /\{([a-z][a-z_]{0,40})\}/g;

export const found = computed<CannedReply[]>(() => {
  if (asked.value === null) return [];
  const words = asked.value.words.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (kept.value ?? []).filter((one) => words.every((word) => `${one.name}\n${one.text}`.toLowerCase().includes(word)));
  const byName = (one: CannedReply) => (words.every((word) => one.name.toLowerCase().includes(word)) ? 0 : 1);
  return fits.sort((a, b) => byName(a) - byName(b)).slice(0, MOST);
});

export async function loadCanned(): Promise<void> {
  const list = await api.canned().catch(() => null);
  if (list === null) {
    kept.value ??= []; // without them one writes by oneself
    return;
  }
  kept.value = list.replies;
  variables.value = list.variables;
}

/** Look whether the words before the cursor ask for a canned reply. */
export function listenFor(box: HTMLTextAreaElement): void {
  const match = ASKED.exec(box.value.slice(0, box.selectionStart));
  const words = match?.[1];
  if (words === undefined || box.selectionStart !== box.selectionEnd) {
    asked.value = null;
    return;
  }
  if (asked.value === null) void loadCanned();
  if (asked.value?.words !== words) chosen.value = 0;
  asked.value = { words, from: box.selectionStart - words.length - 1, to: box.selectionStart };
}

/** Keys that move through the list and choose; whether this one did. */
export function moveThrough(event: KeyboardEvent): boolean {
  if (asked.value === null) return false;
  const count = found.value.length;
  if (event.key === "Escape") asked.value = null;
  else if (kept.value === null && event.key === "Enter") void chooseOnceLoaded();
  else if (count === 0) return false;
  else if (event.key === "ArrowDown") chosen.value = (chosen.value + 1) % count;
  else if (event.key === "ArrowUp") chosen.value = (chosen.value + count - 1) % count;
  else if (event.key === "Enter" || event.key === "Tab") choose(found.value[chosen.value]);
  else return false;
  return true;
}

/** Who types faster than the list comes means its first, and never to send the "/" and what follows it. */
async function chooseOnceLoaded(): Promise<void> {
  await loadCanned();
  choose(found.value[chosen.value]);
}

export function choose(one: CannedReply | undefined): void {
  const place = asked.value;
  const view = conversation.value;
  if (one === undefined || place === null || view === null) return;
  asked.value = null;
  const typed = draftOf(view.id, "reply");
  const words = filled(one.text, view);
  const text = typed.slice(0, place.from) + words + typed.slice(place.to);
  write(view.id, "reply", text, place.from + words.length);
  markNext();
}

/** The variables that nothing is known for, as they stand in a text. */
export function unfilled(text: string): string[] {
  const names = [...text.matchAll(VARIABLE)].map((match) => match[1] ?? "");
  return [...new Set(names)].filter((name) => name in variables.value);
}

/** Mark the first variable that is not filled, so that typing replaces it; whether there was one. */
export function markNext(): boolean {
  const box = document.querySelector<HTMLTextAreaElement>("#composer");
  const name = box === null ? undefined : unfilled(box.value)[0];
  if (box === null || name === undefined) return false;
  const from = box.value.indexOf(`{${name}}`);
  box.focus();
  box.setSelectionRange(from, from + name.length + 2);
  return true;
}

function filled(text: string, view: Conversation): string {
  const values = valuesOf(view);
  return text.replace(VARIABLE, (whole, name: string) => values[name] ?? whole);
}

function valuesOf(view: Conversation): Record<string, string | null | undefined> {
  const name = view.customer.name ?? undefined;
  const open = (view.brief.orders ?? []).filter((order) => order.is_open);
  const given = view.brief.collected.find((value) => /^order( number)?$/i.test(value.label))?.value;
  const number = given ?? (open.length === 1 ? open[0]?.number : undefined);
  const order = (view.brief.orders ?? []).find((one) => number !== undefined && one.number.endsWith(number));
  return {
    customer_name: name,
    customer_first_name: first(name),
    agent_name: agent.value?.name,
    agent_first_name: first(agent.value?.name),
    order_number: number,
    order_state: order?.state.toLowerCase(),
    order_items: order?.things,
    expected_on: order?.expected_on && dayFormat.format(new Date(order.expected_on)),
    goal: view.brief.goal,
  };
}

const dayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });

function first(name: string | undefined): string | undefined {
  return name?.split(/\s+/)[0];
}
