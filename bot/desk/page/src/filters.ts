// What of the queue is shown, and the filters that an agent has saved in this browser.
import { computed, signal } from "@preact/signals";
import type { QueueEntry } from "./protocol";

const SAVED = "threadkeeper.desk.filters";
const MOST = 20;

/** Empty for any. */
export interface Filter {
  department: string;
  channel: string;
  language: string;
  reason: string;
}

export interface SavedFilter extends Filter {
  name: string;
}

export const ANY: Filter = { department: "", channel: "", language: "", reason: "" };

export const filter = signal<Filter>(ANY);
export const saved = signal<SavedFilter[]>(read());
export const isFiltered = computed(() => Object.values(filter.value).some(Boolean));

export function passes(entry: QueueEntry): boolean {
  const { department, channel, language, reason } = filter.value;
  return (
    (department === "" || (entry.department ?? "general") === department) &&
    (channel === "" || entry.channel === channel) &&
    (language === "" || entry.language === language) &&
    (reason === "" || entry.reason === reason)
  );
}

/** Use a saved filter, or everything again if it is in use. */
export function use(one: SavedFilter): void {
  filter.value = isInUse(one) ? ANY : { department: one.department, channel: one.channel, language: one.language, reason: one.reason };
}

export function isInUse(one: Filter): boolean {
  const now = filter.value;
  return one.department === now.department && one.channel === now.channel && one.language === now.language && one.reason === now.reason;
}

/** Keep what is shown now under a name; the same name again replaces it. */
export function save(name: string): void {
  keep([...saved.value.filter((one) => one.name !== name), { name, ...filter.value }].slice(-MOST));
}

export function remove(name: string): void {
  keep(saved.value.filter((one) => one.name !== name));
}

function keep(filters: SavedFilter[]): void {
  saved.value = filters;
  localStorage.setItem(SAVED, JSON.stringify(filters));
}

function read(): SavedFilter[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(SAVED) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isSaved).map((one) => ({ ...ANY, ...one })) : [];
  } catch {
    return []; // somebody else wrote there
  }
}

function isSaved(one: unknown): one is SavedFilter {
  return typeof one === "object" && one !== null && "name" in one && typeof one.name === "string";
}
