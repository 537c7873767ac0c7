// What the silent bot knows about the customer's unanswered messages: asked for when a new one comes.
import { computed, effect, signal } from "@preact/signals";
import { api } from "./api";
import { insert } from "./drafts";
import type { Whisper } from "./protocol";
import { conversation, may, thread } from "./state";
import { OUTCOMES } from "./words";

/** One line of a whisper: what it is, what it says, and the words it puts into the reply. */
export interface Hint {
  kind: string;
  title: string;
  words: string;
  number: number | null;
}

const heard = signal<{ id: string; about: string; whispers: Whisper[] } | null>(null);
/** The message up to which whispers were put away. */
const hiddenUpTo = signal(0);

/** The latest of the customer's messages as it reads now, if this agent is to answer it; else nothing. */
const latest = computed(() => {
  if (!may("reply")) return "";
  const last = thread.value.filter((message) => message.author !== "bot").at(-1);
  return last?.author === "customer" ? `${last.number} changed ${last.earlier.length} times` : "";
});

/** The whisper about the latest message that there is something to say about. */
export const whisper = computed(() => {
  const found = heard.value;
  if (found === null || found.id !== conversation.value?.id || latest.value === "") return null;
  const last = found.whispers.at(-1);
  return last !== undefined && last.number > hiddenUpTo.value ? last : null;
});

export const hints = computed<Hint[]>(() => (whisper.value === null ? [] : hintsOf(whisper.value).slice(0, 9)));

export function use(place: number): void {
  const hint = hints.value[place];
  if (hint !== undefined) insert(hint.words);
}

export function putAway(): void {
  hiddenUpTo.value = whisper.value?.number ?? hiddenUpTo.value;
}

export function listenForWhispers(): () => void {
  return effect(() => {
    const id = conversation.value?.id;
    const about = latest.value;
    if (id === undefined || about === "") return;
    if (heard.peek()?.id !== id) hiddenUpTo.value = 0;
    if (heard.peek()?.id === id && heard.peek()?.about === about) return;
    const before = heard.peek();
    heard.value = { id, about, whispers: before?.id === id ? before.whispers : [] };
    void api.whispers(id).then(
      (whispers) => {
        if (heard.peek()?.id === id && heard.peek()?.about === about) heard.value = { id, about, whispers };
      },
      () => undefined, // a whisper that does not come disturbs nobody
    );
  });
}

function hintsOf(found: Whisper): Hint[] {
  const answers = found.answers.map((answer) => ({
    kind: received(answer.helped, answer.not_helped),
    title: answer.question,
    words: answer.answer,
    number: null,
  }));
  const values = found.values.map((value) => ({
    kind: value.label,
    title: value.value,
    words: `${value.label}: ${value.value}`,
    number: null,
  }));
  const cases = found.cases.map((one) => ({
    kind: OUTCOMES[one.outcome],
    title: one.title,
    words: one.text ?? one.title,
    number: one.number,
  }));
  return [...answers, ...values, ...cases];
}

function received(helped: number, not: number): string {
  return helped + not === 0 ? "FAQ" : `FAQ · helped ${helped} of ${helped + not}`;
}
