// What the server sends, and what loader and chat are to each other. Shared by all parts; holds types only.
// What a page may say to the widget is in widget.d.ts.
import type { Author, ThreadkeeperEvents } from "./widget";

export type { Author, ThreadkeeperChat } from "./widget";

type EventName<Prefixed> = Prefixed extends `threadkeeper:${infer Name}` ? Name : never;

/** Sends one of the element's events. */
export type Tell = <Name extends EventName<keyof ThreadkeeperEvents>>(
  name: Name,
  detail: ThreadkeeperEvents[`threadkeeper:${Name}`]["detail"],
) => void;

export interface Button {
  title: string;
  payload: string;
  /** For a choice that says how it was: whether it says that it was good. */
  rates: boolean | null;
}

/** A product that a message speaks of. Addresses are absolute, or on the server. */
export interface Card {
  title: string;
  price?: string;
  text?: string;
  picture?: string;
  link?: string;
  /** Of the message's buttons, those that belong to this product. */
  payloads?: string[];
}

/** A file that came with a message, at this place of its list. */
export interface Attachment {
  place: number;
  name: string;
  type: string | null;
  size: number | null;
}

export interface Message {
  number: number;
  author: Author;
  text: string;
  html: string | null;
  at: string;
  channel: string;
  buttons: Button[];
  client_id: string | null;
  agent_name: string | null;
  attachments: Attachment[];
  custom: { cards?: Card[] } | null;
}

/** Where somebody stands who waits for a person: what others lately waited, and when the desk opens, if it is closed. */
export interface Place {
  number: number;
  minutes: number | null;
  opens: string | null;
}

export interface Registered {
  token: string;
  visitor: string;
  identified: boolean;
  name: string | null;
  telegram: boolean;
}

export interface History {
  messages: Message[];
  thread: string | null;
}

export interface Receipt {
  duplicate: boolean;
  thread: string;
  /** What was kept in place of the words: without the card number that was in them. */
  text: string | null;
}

export interface Link {
  code: string;
  url: string | null;
  expires_at: string;
}

/** What the loader lends to the chat: its place on the page and its settings. */
export interface Host {
  element: HTMLElement;
  root: ShadowRoot;
  /** Where the server's routes begin, with a slash at the end. */
  server: string;
  /** Under which name this browser's token is kept. */
  storageKey: string;
  settings: DOMStringMap;
  identity(): string | undefined;
  forgetIdentity(): void;
  /** How many messages are unread, and how the launcher is called then. */
  unread(count: number, label: string): void;
  close(): void;
  tell: Tell;
}

/** What the loader may ask of the chat. */
export interface Chat {
  show(): void;
  hide(): void;
  identify(): void;
  logout(): void;
  stop(): void;
}

/** What the chat's own file offers. */
export interface ChatPart {
  start(host: Host): Promise<Chat>;
}
