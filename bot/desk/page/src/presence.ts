// Who else is in the open conversation, and telling that one writes. A matter of seconds; nothing of it is kept.
import { computed, signal } from "@preact/signals";
import { api } from "./api";
import type { Signs } from "./protocol";
import { openId, thread } from "./state";

const TELL_EVERY = 3_000;
const LASTS = 6_000; // how long the server lets a sign of writing count

const heard = signal<{ id: string; signs: Signs; at: number } | null>(null);
let timer: number | undefined;
let toldAt = 0;

/** The signs that are good still, of the open conversation. */
const holding = computed(() => (heard.value !== null && heard.value.id === openId.value ? heard.value : null));

export const colleagues = computed(() =>
  (holding.value?.signs.colleagues ?? []).filter((one) => Date.parse(one.until) > (holding.value?.at ?? 0)),
);

export const customerWrites = computed(() => {
  const until = holding.value?.signs.customer_writes_until ?? null;
  return until !== null && Date.parse(until) > (holding.value?.at ?? 0) && Date.parse(until) - LASTS >= saidAt.value;
});

/** When the customer last said something: what they were writing until then is said. */
const saidAt = computed(() => Date.parse(thread.value.findLast((message) => message.author === "customer")?.at ?? "") || 0);

/** Take what the server says of the conversation that is open, by its clock, until each sign's time is over. */
export function showSigns(signs: Signs, now: number): void {
  const id = openId.value;
  if (id === null) return;
  heard.value = { id, signs, at: now };
  const ends = [...signs.colleagues.map((one) => one.until), signs.customer_writes_until ?? ""].map((at) => Date.parse(at));
  const next = Math.min(...ends.filter((end) => end > now));
  window.clearTimeout(timer);
  if (next !== Infinity) timer = window.setTimeout(() => showSigns(signs, next), next - now + 50);
}

/** One has typed something. */
export function tellWriting(doing: "writing" | "noting"): void {
  const id = openId.value;
  if (id === null || Date.now() - toldAt < TELL_EVERY) return;
  toldAt = Date.now();
  void api.work(id, doing).catch(() => undefined); // a sign that is lost is lost
}

/** What was typed is sent. */
export function tellDone(): void {
  const id = openId.value;
  if (id === null || toldAt === 0) return;
  toldAt = 0;
  void api.work(id, "gone").catch(() => undefined);
}
