// What a page may say to the chat and hear from it. Served at /widget.d.ts; copy it into your project, it needs nothing.

export type Author = "customer" | "bot" | "agent";

/** `<threadkeeper-chat>`, which `widget.js` adds to the page. It is defined once that script has run. */
export interface ThreadkeeperChat extends HTMLElement {
  /** Shows the chat; settled when it is shown. */
  open(): Promise<void>;
  /** Hides the chat. The conversation goes on. */
  close(): void;
  /** Says who is logged in, by a token that your server has signed; again with a fresh one whenever you like. */
  identify(token: string): void;
  /** Forgets who was logged in, and the conversation, in all tabs of this browser. */
  logout(): void;

  addEventListener<Name extends keyof ThreadkeeperEvents>(
    name: Name,
    listener: (event: ThreadkeeperEvents[Name]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    name: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
}

/** What the element tells. All of it bubbles, so `document` can be listened to as well. */
export interface ThreadkeeperEvents {
  "threadkeeper:open": CustomEvent<null>;
  "threadkeeper:close": CustomEvent<null>;
  /** Something was said just now, by anybody. History that is loaded is not told. */
  "threadkeeper:message": CustomEvent<{ number: number; author: Author; text: string }>;
  /** How many messages have not been read. Told when the number changes. */
  "threadkeeper:unread": CustomEvent<{ count: number }>;
  /** The identity is no longer accepted: give a fresh one with identify(). */
  "threadkeeper:identity-expired": CustomEvent<null>;
}

declare global {
  interface HTMLElementTagNameMap {
    "threadkeeper-chat": ThreadkeeperChat;
  }
  interface DocumentEventMap extends ThreadkeeperEvents {}
}
