// Single-key shortcuts. They rest while somebody types, and can be switched off.
import { signal } from "@preact/signals";
import { listenFor } from "./canned";
import { draftOf, write } from "./drafts";
import { move, recordPromises, step, takeOver } from "./moves";
import { editLatest } from "./replies";
import { open, openFaq, openScreen } from "./session";
import { use } from "./whispers";
import { composing, conversation, dialog, may, offer, openId, pane, screen, tab } from "./state";

const SETTING = "threadkeeper.desk.shortcuts";

export const shortcutsOn = signal(localStorage.getItem(SETTING) !== "off");

export const SHORTCUTS: [key: string, what: string][] = [
  ["j", "Next in the list"],
  ["k", "Previous in the list"],
  ["a", "Accept, or take over what has ended"],
  ["r", "Write a reply"],
  ["n", "Write a note"],
  ["/", "Find a canned reply; also by typing / in an empty reply"],
  ["u", "Change the last reply that has not gone yet"],
  ["1 – 9", "Put what the bot whispers into the reply; while typing, Alt and the digit"],
  ["e", "Resolve"],
  ["b", "Return to the bot"],
  ["q", "Pass on"],
  ["p", "Record the promise in the reply just sent"],
  ["o", "What is owed to customers"],
  ["m", "Notes that call you; call a colleague by @ and their name"],
  ["g", "Find a conversation by words, name or order"],
  ["c", "Conversations"],
  ["t", "The team, for leads"],
  ["l", "Messages that did not arrive, for leads"],
  ["f", "FAQ"],
  [",", "Your alerts and your password"],
  ["?", "Show this list"],
];

const EVERYWHERE = new Set(["c", "f", "o", "m", "g", "t", "l", ",", "?"]);

const ACTIONS: Record<string, () => void> = {
  j: () => step(1),
  k: () => step(-1),
  a: () => void (may("accept") ? move("accept") : may("take_over") && takeOver()),
  r: () => compose("reply"),
  n: () => compose("note"),
  u: editLatest,
  "/": askForCanned,
  e: () => ask("resolve"),
  b: () => ask("return"),
  q: () => ask("transfer"),
  p: () => void (offer.value !== null && recordPromises()),
  o: () => (dialog.value = "owed"),
  m: () => (dialog.value = "mentions"),
  c: () => open(openId.value),
  f: () => openFaq(null),
  g: askToFind,
  t: () => openScreen("team"),
  l: () => openScreen("undelivered"),
  ",": () => (dialog.value = "account"),
  "?": () => (dialog.value = "shortcuts"),
};

export function setShortcuts(on: boolean): void {
  shortcutsOn.value = on;
  localStorage.setItem(SETTING, on ? "on" : "off");
}

export function listenToKeys(): () => void {
  window.addEventListener("keydown", pressed);
  return () => window.removeEventListener("keydown", pressed);
}

/** Open the composer for a reply or a note and put the cursor into it. */
export function compose(kind: "reply" | "note"): void {
  if (conversation.value === null) return;
  composing.value = kind;
  requestAnimationFrame(() => document.querySelector<HTMLElement>("#composer")?.focus());
}

/** Begin a reply with a "/", which lists the canned ones. */
function askForCanned(): void {
  if (!may("reply")) return;
  const id = conversation.value?.id ?? "";
  const typed = draftOf(id, "reply");
  const text = typed === "" ? "/" : `${typed}\n/`;
  write(id, "reply", text, text.length);
  const field = document.querySelector<HTMLTextAreaElement>("#composer");
  if (field !== null) listenFor(field);
}

export function ask(what: "resolve" | "return" | "transfer"): void {
  if (may(what)) dialog.value = what;
}

function pressed(event: KeyboardEvent): void {
  const action = ACTIONS[event.key] ?? (/^[1-9]$/.test(event.key) ? () => use(Number(event.key) - 1) : undefined);
  const held = event.ctrlKey || event.metaKey || event.altKey || event.repeat;
  if (!action || held || !shortcutsOn.value || dialog.value !== null || isTyping(event.target)) return;
  if (screen.value !== "conversations" && !EVERYWHERE.has(event.key)) return;
  event.preventDefault();
  action();
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

/** Show the search and put the cursor into it. */
export function askToFind(): void {
  open(openId.value);
  tab.value = "find";
  pane.value = "queue";
  requestAnimationFrame(() => document.querySelector<HTMLElement>("#find")?.focus());
}
