// Files that go with the next reply: taken by the server as soon as they are chosen, sent with the words.
import { signal } from "@preact/signals";
import { api, Refusal } from "./api";
import type { Uploaded } from "./protocol";
import { agent, notice, openId } from "./state";

/** Files that wait for their reply, by handoff. */
const waiting = signal<Record<string, Uploaded[]>>({});
/** How many are on their way to the server. */
export const uploading = signal(0);

export function filesOf(id: string): Uploaded[] {
  return waiting.value[id] ?? [];
}

export function drop(id: string, file: Uploaded): void {
  waiting.value = { ...waiting.value, [id]: filesOf(id).filter((one) => one.id !== file.id) };
}

export function dropAll(id: string): void {
  waiting.value = { ...waiting.value, [id]: [] };
}

export async function take(files: Iterable<File>): Promise<void> {
  const id = openId.value;
  if (id === null) return;
  for (const file of files) {
    uploading.value += 1;
    try {
      const taken = await api.upload(id, file);
      waiting.value = { ...waiting.value, [id]: [...filesOf(id), taken] };
      notice.value = null;
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
      if (failure.status === 401) agent.value = null;
      notice.value = `${file.name}: ${failure.message}`;
    } finally {
      uploading.value -= 1;
    }
  }
}

export function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
