// The filters that an agent has saved. The server keeps them: they are theirs in every browser.
import { signal } from "@preact/signals";
import { api, Refusal } from "./api";
import { ANY, filter } from "./filters";
import type { SavedFilter } from "./protocol";
import { notice } from "./state";

const IN_BROWSER = "threadkeeper.desk.filters"; // where they were before the server kept them
const MOST = 20;

export const saved = signal<SavedFilter[]>([]);

/** Fetch the agent's own; what this browser has from before is theirs, too. */
export async function loadFilters(): Promise<void> {
  const known = await api.filters().catch(() => null);
  if (known === null) return;
  const names = new Set(known.map((one) => one.name));
  const before = takeFromBrowser().filter((one) => !names.has(one.name));
  saved.value = known;
  if (before.length > 0) await keep([...known, ...before].slice(0, MOST));
}

/** Keep what is shown now under a name; the same name again replaces it. */
export function save(name: string): Promise<void> {
  return keep([...saved.value.filter((one) => one.name !== name), { name, ...filter.value }].slice(-MOST));
}

export function remove(name: string): Promise<void> {
  return keep(saved.value.filter((one) => one.name !== name));
}

async function keep(filters: SavedFilter[]): Promise<void> {
  const before = saved.value;
  saved.value = filters;
  try {
    saved.value = await api.keepFilters(filters);
  } catch (failure) {
    saved.value = before;
    notice.value = failure instanceof Refusal ? failure.message : "The filter could not be saved. Please try again.";
  }
}

function takeFromBrowser(): SavedFilter[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(IN_BROWSER) ?? "[]");
    localStorage.removeItem(IN_BROWSER);
    return Array.isArray(kept) ? kept.filter(isSaved).map((one) => ({ ...ANY, ...one })) : [];
  } catch {
    return []; // somebody else wrote there
  }
}

function isSaved(one: unknown): one is SavedFilter {
  return typeof one === "object" && one !== null && "name" in one && typeof one.name === "string";
}
