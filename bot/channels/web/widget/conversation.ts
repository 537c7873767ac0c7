// The conversation as this browser knows it: what was said, and what is on its way. No network, no DOM.
import type { Message } from "./protocol";
import type { Draft } from "./store";

export class Conversation {
  thread: string | null = null;
  /** Whether the latest messages were fetched; from then on the stream brings the rest. */
  isLoaded = false;
  /** Counts the beginnings, so that an answer to a question about an earlier one is recognised. */
  beginnings = 0;
  /** Whether there may be older messages than those here. */
  hasOlder = false;
  drafts: Draft[] = [];
  #byNumber = new Map<number, Message>();

  /** Oldest first. */
  get messages(): Message[] {
    return [...this.#byNumber.values()].sort((one, other) => one.number - other.number);
  }

  get first(): number {
    return Math.min(...this.#byNumber.keys());
  }

  /** The number after which everything is still to be fetched. */
  get last(): number {
    return Math.max(0, ...this.#byNumber.keys());
  }

  /** Another conversation begins: nothing of the old one stays, save what is still on its way. */
  begin(thread: string | null): void {
    this.beginnings += 1;
    this.thread = thread;
    this.isLoaded = false;
    this.hasOlder = false;
    this.#byNumber.clear();
  }

  /** Whether it is new here. A message seen before changes nothing. */
  add(message: Message): boolean {
    this.drafts = this.drafts.filter((draft) => draft.client_id !== message.client_id);
    if (this.#byNumber.has(message.number)) return false;
    this.#byNumber.set(message.number, message);
    return true;
  }

  /** How many messages of others have a higher number than the last one that was read. */
  unread(seen: number): number {
    return this.messages.filter((message) => message.author !== "customer" && message.number > seen).length;
  }

  /** Who spoke last, beside the customer. */
  get lastOther(): Message | undefined {
    return this.messages.findLast((message) => message.author !== "customer");
  }

  /** Whether the bot is composing an answer. A person answers in their own time, and the bot is silent then. */
  get isWaiting(): boolean {
    return this.drafts.some((draft) => draft.state !== "failed") && this.lastOther?.author !== "agent";
  }
}
