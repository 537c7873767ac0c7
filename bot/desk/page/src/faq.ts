// The FAQ as the desk edits it: the entries, the drafts of this window, what publishing came to.
import { batch, computed, signal } from "@preact/signals";
import { api, Refusal } from "./api";
import { fieldTime } from "./clock";
import type { FaqContent, FaqEntry, FaqVersion, LostQuestion } from "./protocol";
import { openFaq } from "./session";
import { agent, faqPlace } from "./state";

/** The place of an entry that has not been published yet; no entry has this id. */
export const NEW = "+new";

/** An entry as the form holds it: lists are lines, times are local. `version` is that of the entry it began with. */
export interface Draft {
  question: string;
  phrasings: string;
  answer: string;
  tags: string;
  department: string;
  language: string;
  valid_from: string;
  valid_until: string;
  tests: string;
  version: number;
}

export const entries = signal<FaqEntry[] | null>(null);
export const search = signal("");
export const drafts = signal<Record<string, Draft>>({});
export const lost = signal<LostQuestion[]>([]);
/** What was not done because of the lost questions. */
export const held = signal<"publish" | "delete">("publish");
export const refused = signal<string | null>(null);
const told = signal<{ place: string | null | undefined; text: string } | null>(null);
export const busy = signal(false);
export const versions = signal<FaqVersion[] | null>(null);

export const mayEdit = computed(() => agent.value?.role === "lead" || agent.value?.role === "admin");
export const entry = computed(() => entries.value?.find((one) => one.id === faqPlace.value) ?? null);
export const found = computed(() => {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return (entries.value ?? []).filter((one) => {
    const text = [one.id, one.question, ...one.phrasings, one.answer, ...one.tags, one.department].join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  });
});
export const draft = computed<Draft>(() => {
  const place = faqPlace.value ?? NEW;
  return drafts.value[place] ?? (entry.value ? draftOf(entry.value) : EMPTY);
});
/** What the last change came to, while nobody has gone elsewhere. */
export const said = computed(() => (told.value?.place === faqPlace.value ? (told.value?.text ?? "") : ""));
export const isChanged = computed(() => drafts.value[faqPlace.value ?? NEW] !== undefined);

const EMPTY: Draft = {
  question: "",
  phrasings: "",
  answer: "",
  tags: "",
  department: "general",
  language: "en",
  valid_from: "",
  valid_until: "",
  tests: "",
  version: 0,
};

export function draftOf(content: FaqContent & { version: number }): Draft {
  return {
    question: content.question,
    phrasings: content.phrasings.filter((one) => one !== content.question).join("\n"),
    answer: content.answer,
    tags: content.tags.join(", "),
    department: content.department,
    language: content.language,
    valid_from: fieldTime(content.valid_from),
    valid_until: fieldTime(content.valid_until),
    tests: content.tests.join("\n"),
    version: content.version,
  };
}

export async function loadEntries(): Promise<void> {
  await attempt(async () => {
    entries.value = await api.faq();
  });
}

export async function loadVersions(id: string): Promise<void> {
  await attempt(async () => {
    const all = await api.faqVersions(id);
    if (faqPlace.value === id) versions.value = all;
  });
}

/** Forget what was said of another entry. */
export function arrive(): void {
  batch(() => {
    lost.value = [];
    refused.value = null;
    versions.value = null;
  });
}

export function change(fields: Partial<Omit<Draft, "version">>): void {
  drafts.value = { ...drafts.value, [faqPlace.value ?? NEW]: { ...draft.value, ...fields } };
  told.value = null;
}

export function discard(place: string = faqPlace.value ?? NEW): void {
  const { [place]: _, ...rest } = drafts.value;
  drafts.value = rest;
  lost.value = [];
  refused.value = null;
}

/** Bring an older version's words into the form, to be published as the newest. */
export function bringBack(version: FaqVersion): void {
  const { version: _, ...words } = draftOf(version.entry);
  change(words);
}

export async function publish(anyway = false): Promise<void> {
  const place = faqPlace.value ?? NEW;
  const content = contentOf(draft.value);
  const version = draft.value.version;
  held.value = "publish";
  await alone(async () => {
    const saved = await (place === NEW ? api.addFaq(content, anyway) : api.editFaq(place, { ...content, version }, anyway));
    entries.value = [...(entries.value ?? []).filter((one) => one.id !== saved.id), saved].sort(byId);
    discard(place);
    if (faqPlace.value === place) openFaq(saved.id);
    tell("Published. It is answered from now on.");
    await loadVersions(saved.id);
  });
}

export async function remove(id: string, anyway = false): Promise<void> {
  held.value = "delete";
  await alone(async () => {
    await api.deleteFaq(id, anyway);
    entries.value = (entries.value ?? []).filter((one) => one.id !== id);
    discard(id);
    openFaq(null);
    tell("Deleted.");
  });
}

function tell(text: string): void {
  told.value = { place: faqPlace.value, text };
}

function contentOf(fields: Draft): FaqContent {
  return {
    question: fields.question,
    phrasings: lines(fields.phrasings),
    answer: fields.answer,
    tags: fields.tags.split(",").map((tag) => tag.trim()).filter(Boolean),
    department: fields.department,
    language: fields.language.trim().toLowerCase(),
    valid_from: moment(fields.valid_from),
    valid_until: moment(fields.valid_until),
    tests: lines(fields.tests),
  };
}

function lines(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

function moment(field: string): string | null {
  return field === "" ? null : new Date(field).toISOString();
}

function byId(a: FaqEntry, b: FaqEntry): number {
  return a.id.localeCompare(b.id);
}

async function alone(work: () => Promise<void>): Promise<void> {
  if (busy.value) return;
  busy.value = true;
  await attempt(work);
  busy.value = false;
}

async function attempt(work: () => Promise<void>): Promise<void> {
  refused.value = null;
  lost.value = [];
  try {
    await work();
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure;
    if (failure.status === 401) agent.value = null;
    if (failure.code === "conflict") await api.faq().then((fresh) => (entries.value = fresh), () => undefined);
    lost.value = failure.questions;
    refused.value = failure.questions.length > 0 ? null : failure.message;
  }
}
