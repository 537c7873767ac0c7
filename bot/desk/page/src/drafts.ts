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
  const text = before + gap + words + typed.slice(to);
  composing.value = "reply";
  setDraft(id, "reply", text);
  const end = before.length + gap.length + words.length;
  requestAnimationFrame(() => {
    const field = document.querySelector<HTMLTextAreaElement>("#composer");
    field?.focus();
    field?.setSelectionRange(end, end);
  });
}
