// What was typed and not yet sent, by handoff and kind: it outlives a look at another conversation.
import { signal } from "@preact/signals";
import { composing, openId } from "./state";

export type Kind = "reply" | "note";

const drafts = signal<Record<string, string>>({});

export function draftOf(id: string, kind: Kind): string {
  return drafts.value[`${id} ${kind}`] ?? "";
}

export function setDraft(id: string, kind: Kind, text: string): void {
  drafts.value = { ...drafts.value, [`${id} ${kind}`]: text };
}

/** Set what is written with the cursor at a place, in the field at once: what is typed next comes after it. */
export function write(id: string, kind: Kind, text: string, cursor: number): void {
  composing.value = kind;
  setDraft(id, kind, text);
  const field = document.querySelector<HTMLTextAreaElement>("#composer");
  if (field === null) return;
  field.value = text;
  field.focus();
  field.setSelectionRange(cursor, cursor);
}

/** Put words into the reply, after what stands there or over what is marked, and let them be edited. */
export function insert(words: string): void {
  const id = openId.value;
  if (id === null) return;
  const box = document.querySelector<HTMLTextAreaElement>("#composer");
  const typed = draftOf(id, "reply");
  const writing = composing.value === "reply" && box !== null && document.activeElement === box;
  const [from, to] = writing ? [box.selectionStart, box.selectionEnd] : [typed.length, typed.length];
  const before = typed.slice(0, from);
  const gap = before === "" || /\s$/.test(before) ? "" : writing ? " " : "\n";
  write(id, "reply", before + gap + words + typed.slice(to), before.length + gap.length + words.length);
}
