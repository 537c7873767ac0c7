// What an agent does to the open conversation. Each answer is the fresh conversation; refusals become a notice.
import { api, Refusal } from "./api";
import { dropAll, filesOf } from "./files";
import type { Aim, Conversation, Ending, GivenBack, Move, Pledge, Recognised } from "./protocol";
import { agent, closed, conversation, listed, notice, offer, openId, owed, reasons, showResult, thread } from "./state";
import { open } from "./session";

const busy = new Set<string>();

export async function move(name: Move, note = ""): Promise<boolean> {
  const done = await once(name, (id) => api.move(id, name, note));
  if (done) closed.value = null; // the list of closed ones may have a new entry
  return done;
}

/** Take the open conversation, which has ended, from the bot; it goes on in a handoff of its own. */
export async function takeOver(): Promise<void> {
  const id = openId.value;
  if (id === null || busy.has("take-over")) return;
  busy.add("take-over");
  await attempt(async () => open((await api.takeOver(id)).id));
  busy.delete("take-over");
}

/** Pass the open conversation on, to somebody in particular if `aim` names them. */
export function passOn(note: string, aim: Aim): Promise<boolean> {
  return once("transfer", (id) => api.passOn(id, note, aim));
}

/** End the open conversation with what it came to. */
export async function resolve(ending: Ending): Promise<boolean> {
  const done = await once("resolve", (id) => api.resolve(id, ending));
  if (done) closed.value = null;
  return done;
}

/** Give the open conversation back to the bot, with what was agreed. */
export async function giveBack(given: GivenBack): Promise<boolean> {
  const done = await once("return", (id) => api.giveBack(id, given));
  if (done) closed.value = null;
  return done;
}

/** Fetch the list of contact reasons, once. */
export async function loadReasons(): Promise<void> {
  if (reasons.value !== null) return;
  await attempt(async () => {
    reasons.value = await api.contactReasons();
  });
}

export function say(kind: "reply" | "note", text: string): Promise<boolean> {
  return once(kind, (id) => api.say(id, kind, text));
}

/** Reply, and offer to record what it promises; with `record` it is recorded at once. */
export async function reply(text: string, record: boolean): Promise<boolean> {
  const id = openId.value;
  offer.value = null;
  if (id === null) return false;
  const files = filesOf(id);
  const sent = await once("reply", () => api.reply(id, text, files.map((file) => file.id)));
  if (!sent) return false;
  dropAll(id);
  if (text !== "") void lookForPromises(id, text, record); // beside what is written next: the reply itself is sent
  return true;
}

/** Offer to record what a reply promises, or record it. */
async function lookForPromises(id: string, text: string, record: boolean): Promise<void> {
  const number = thread.value.filter((message) => message.author === "agent").at(-1)?.number;
  const found = await api.recognise(text).catch((): Recognised[] => []);
  if (number === undefined || found.length === 0 || openId.value !== id) return;
  offer.value = { id, number, found };
  if (record) await recordPromises();
}

/** Record the promises that were found in the reply just sent. */
export async function recordPromises(): Promise<void> {
  const made = offer.value;
  if (made === null) return;
  const done = await once("promise", async (id) => {
    let view: Conversation | null = null;
    for (const found of made.found) view = await api.promise(id, found, made.number);
    return view ?? api.handoff(id);
  });
  if (done) offer.value = null;
}

/** End a promise: kept by the latest reply or by what a note tells, or not owed any more. */
export async function closePromise(promise: Pledge, how: { number?: number; note?: string; why?: string }): Promise<boolean> {
  return attempt(async () => {
    await (how.why === undefined ? api.keep(promise.id, how) : api.cancel(promise.id, how.why));
    const id = openId.value;
    if (id !== null) await showResult(api.handoff(id));
    owed.value = owed.value.filter((one) => one.id !== promise.id);
  });
}

/** Fetch what was said before what is here; whether there was something. Who asks meanwhile gets the same. */
export function loadEarlier(limit = 300): Promise<boolean> {
  earlier ??= fetchEarlier(limit).finally(() => (earlier = null));
  return earlier;
}

/** Fetch everything back to a message of the open conversation. */
export async function loadBackTo(number: number): Promise<void> {
  const id = openId.value;
  while (openId.value === id && (thread.value[0]?.number ?? 0) > number && (await loadEarlier(1_000))) continue;
}

let earlier: Promise<boolean> | null = null;

async function fetchEarlier(limit: number): Promise<boolean> {
  const id = openId.value;
  const first = thread.value[0];
  if (id === null || first === undefined || first.number <= 1) return false;
  let came = false;
  await attempt(async () => {
    const found = await api.earlier(id, first.number, limit);
    came = found.length > 0;
    if (openId.value === id && thread.value[0] === first) thread.value = [...found, ...thread.value];
  });
  return came;
}

export async function loadClosed(): Promise<void> {
  await attempt(async () => {
    closed.value = await api.closed();
  });
}

/** Open the next (1) or previous (-1) conversation of the list. */
export function step(by: 1 | -1): void {
  const ids = listed.value.map((entry) => entry.id);
  const at = openId.value === null ? -1 : ids.indexOf(openId.value);
  const next = at < 0 ? ids[0] : ids[Math.min(Math.max(at + by, 0), ids.length - 1)];
  if (next === undefined) return;
  open(next);
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-entry="${next}"]`)?.focus());
}

/** Run a change of the open conversation, unless the same one is still under way. */
export async function once(what: string, change: (id: string) => Promise<Conversation>): Promise<boolean> {
  const id = openId.value;
  if (id === null || conversation.value === null || busy.has(what)) return false;
  busy.add(what);
  try {
    return await attempt(() => showResult(change(id)));
  } finally {
    busy.delete(what);
  }
}

async function attempt(work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    notice.value = null;
    return true;
  } catch (failure) {
    await refused(failure);
    return false;
  }
}

async function refused(failure: unknown): Promise<void> {
  if (!(failure instanceof Refusal)) throw failure;
  if (failure.status === 401) agent.value = null;
  notice.value = failure.message;
  const id = openId.value;
  if (failure.status === 409 && id !== null) await showResult(api.handoff(id)).catch(() => undefined);
}
