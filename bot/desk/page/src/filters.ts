// What of the queue is shown.
import { computed, signal } from "@preact/signals";
import type { Filter, QueueEntry } from "./protocol";

export const ANY: Filter = { department: "", channel: "", language: "", reason: "" };

export const filter = signal<Filter>(ANY);
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
export function use(one: Filter): void {
  filter.value = isInUse(one) ? ANY : { department: one.department, channel: one.channel, language: one.language, reason: one.reason };
}

export function isInUse(one: Filter): boolean {
  const now = filter.value;
  return one.department === now.department && one.channel === now.channel && one.language === now.language && one.reason === now.reason;
}
