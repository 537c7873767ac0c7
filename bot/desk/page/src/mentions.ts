// Calling a colleague in a note by "@" and their name, and the notes that call oneself.
import { computed, signal } from "@preact/signals";
import { api } from "./api";
import { draftOf, write } from "./drafts";
import type { Mention } from "./protocol";
import { agent, openId } from "./state";

/** The notes that call this agent and that they have not read. */
export const mentions = signal<Mention[]>([]);
export const asked = signal<{ words: string; from: number; to: number } | null>(null);
export const chosen = signal(0);
const team = signal<string[]>([]);

const ASKED = /(?:^|\s)@([^\s@][^@\n]{0,40}|)$/;

export const found = computed<string[]>(() => {
  const words = asked.value?.words.toLowerCase();
  if (words === undefined) return [];
  return team.value.filter((name) => name !== agent.value?.name && name.toLowerCase().includes(words)).slice(0, 6);
});

export function listenFor(box: HTMLTextAreaElement): void {
  const words = ASKED.exec(box.value.slice(0, box.selectionStart))?.[1];
  if (words === undefined) {
    asked.value = null;
    return;
  }
  if (team.value.length === 0) void api.team().then((all) => (team.value = all.map((one) => one.name)), () => undefined);
  if (asked.value?.words !== words) chosen.value = 0;
  asked.value = { words, from: box.selectionStart - words.length - 1, to: box.selectionStart };
}

export function moveThrough(event: KeyboardEvent): boolean {
  const count = found.value.length;
  if (asked.value === null || count === 0) return false;
  if (event.key === "Escape") asked.value = null;
  else if (event.key === "ArrowDown") chosen.value = (chosen.value + 1) % count;
  else if (event.key === "ArrowUp") chosen.value = (chosen.value + count - 1) % count;
  else if (event.key === "Enter" || event.key === "Tab") choose(found.value[chosen.value]);
  else return false;
  return true;
}

export function choose(name: string | undefined): void {
  const place = asked.value;
  const id = openId.value;
  if (name === undefined || place === null || id === null) return;
  asked.value = null;
  const typed = draftOf(id, "note");
  const text = `${typed.slice(0, place.from)}@${name} ${typed.slice(place.to).trimStart()}`;
  write(id, "note", text, place.from + name.length + 2);
}

/** The conversation is open and its notes are seen: what called one there is read. */
export function readHere(id: string): void {
  if (!mentions.value.some((one) => one.handoff === id) || document.visibilityState === "hidden") return;
  void api.readMentions(id).then(
    () => (mentions.value = mentions.value.filter((one) => one.handoff !== id)),
    () => undefined,
  );
}
