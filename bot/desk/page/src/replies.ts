// Replies that are not with the customer yet: edited in the thread, taken back into the composer, sent again.
import { signal } from "@preact/signals";
import { api } from "./api";
import { insert } from "./drafts";
import { once } from "./moves";
import type { Message } from "./protocol";
import { may, thread } from "./state";

/** The number of the reply whose words are being changed. */
export const editing = signal<number | null>(null);

/** Whether one may still change it: it waits, and nobody has begun to send it. */
export function isWaiting(message: Message): boolean {
  const waits = message.delivery === "pending" || message.delivery === "held";
  return message.author === "agent" && waits && may("reply");
}

export function mayRetry(message: Message): boolean {
  const lost = message.delivery === "failed" || message.delivery === "unknown";
  return message.author === "agent" && lost && may("reply");
}

/** Edit the latest reply that still waits. */
export function editLatest(): void {
  editing.value = thread.value.filter(isWaiting).at(-1)?.number ?? null;
}

export async function saveEdit(number: number, text: string): Promise<void> {
  if (await once("edit", (id) => api.edit(id, number, text))) stopEditing();
}

export function stopEditing(): void {
  editing.value = null;
  requestAnimationFrame(() => document.querySelector<HTMLElement>("#composer")?.focus());
}

/** Take a reply back; its words go into the composer. */
export async function takeBack(message: Message): Promise<void> {
  if (await once("withdraw", (id) => api.withdraw(id, message.number))) insert(message.text);
}

export async function sendAgain(number: number): Promise<void> {
  await once("retry", (id) => api.retry(id, number));
}
