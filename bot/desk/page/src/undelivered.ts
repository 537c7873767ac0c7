// What did not arrive, or broke the bot: the list of it, and what leads do about it.
import { signal } from "@preact/signals";
import { api, Refusal } from "./api";
import type { DeadLetters, Letter } from "./protocol";

export const dead = signal<DeadLetters | null>(null);
/** The letter that is being decided on, and what is to be done with it. */
export const deciding = signal<{ key: string; doing: "send" | "dismiss" } | null>(null);
export const said = signal("");
export const refused = signal<string | null>(null);

export function keyOf(letter: Letter): string {
  return `${letter.box}-${letter.id}`;
}

export async function load(): Promise<void> {
  await take(api.deadLetters());
}

export async function sendAgain(letter: Letter): Promise<void> {
  if (await take(api.sendLetterAgain(letter.id))) done(`It is tried once more: the message to ${letter.customer}.`);
}

export async function dismiss(letter: Letter, why: string): Promise<void> {
  if (await take(api.dismissLetter(letter.box, letter.id, why))) done("Dismissed.");
}

function done(words: string): void {
  deciding.value = null;
  said.value = words;
  requestAnimationFrame(() => document.querySelector<HTMLElement>("#undelivered-title")?.focus());
}

async function take(asked: Promise<DeadLetters>): Promise<boolean> {
  refused.value = null;
  try {
    dead.value = await asked;
    return true;
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure;
    refused.value = failure.message;
    return false;
  }
}
