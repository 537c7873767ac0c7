// The list of messages. What is already shown is left alone, so screen readers announce only what is new.
import type { Conversation } from "./conversation";
import { cardList, others } from "./cards";
import { el, icon, linked } from "./dom";
import type { Attachment, Author, Button, Message } from "./protocol";
import type { Draft } from "./store";
import { language, texts } from "./texts";

interface Item {
  key: string;
  author: Author;
  at: Date;
  text: string;
  message?: Message;
  draft?: Draft;
}

interface Piece {
  key: string;
  build: () => HTMLElement;
  update?: (element: HTMLElement) => void;
}

const UP = "M7 11v9H4v-9zm0 0 4-8c2 0 3 1.500 2.500 3.500L13 9h5.500c1.300 0 2.200 1.200 1.900 2.400l-1.500 6.500c-.2.9-1 1.600-2 1.600H10l-3-1.500";
const DOWN = "M17 13V4h3v9zm0 0-4 8c-2 0-3-1.500-2.500-3.500L11 15H5.500c-1.300 0-2.200-1.200-1.900-2.400l1.500-6.500c.2-.9 1-1.600 2-1.600H14l3 1.500";
const RUN = 10 * 60_000; // Messages of one author closer than this stand together.

export class Log {
  readonly element = el("div", { className: "log", role: "log", ariaLive: "polite", ariaLabel: texts.messages });
  #shown = new Map<string, HTMLElement>();

  constructor(
    private readonly name: string,
    private readonly greeting: string,
    private readonly server: string,
    private readonly press: (button: Button) => void,
    private readonly save: (number: number, file: Attachment) => void,
  ) {}

  render(talk: Conversation): void {
    const items = [...talk.messages.map((message) => said(message, talk.thread)), ...talk.drafts.map(onItsWay)];
    this.#place([...this.#opening(talk), ...items.flatMap((item, index) => this.#pieces(items, item, index))]);
  }

  #opening(talk: Conversation): Piece[] {
    if (talk.hasOlder || !this.greeting) return [];
    return [{ key: "greeting", build: () => el("div", { className: "m bot last" }, bubble(this.greeting)) }];
  }

  #pieces(items: Item[], item: Item, index: number): Piece[] {
    const before = items[index - 1];
    const next = items[index + 1];
    const pieces: Piece[] = [];
    if (dayOf(item.at) !== (before && dayOf(before.at))) {
      pieces.push({ key: `day ${dayOf(item.at)}`, build: () => el("div", { className: "day" }, dayName(item.at)) });
    }
    const isFirst = !isOneRun(before, item);
    pieces.push({
      key: item.key,
      build: () => this.#message(item),
      update: (element) => {
        element.className = `m ${item.author}${isFirst ? " first" : ""}${isOneRun(item, next) ? "" : " last"} ${item.draft?.state ?? ""}`;
        // What was typed gives way to what was kept of it.
        const words = element.querySelector(".bubble");
        if (item.author === "customer" && words && words.textContent !== item.text) words.textContent = item.text;
      },
    });
    const isOpen = items.slice(index + 1).every(({ author, draft }) => author === "bot" || draft?.state === "failed");
    return item.author === "bot" ? [...pieces, ...this.#beneath(item, isOpen)] : pieces;
  }

  /** Products and choices. Who has chosen, or said something else, can't choose any more. */
  #beneath(item: Item, isOpen: boolean): Piece[] {
    const { buttons = [], custom } = item.message ?? {};
    const cards = custom?.cards ?? [];
    const pieces: Piece[] = [];
    if (cards.length) {
      const on = (payloads: string[]) => this.#choices(buttons.filter(({ payload }) => payloads.includes(payload)));
      pieces.push({
        key: `cards ${item.key}`,
        build: () => cardList(cards, this.server, on),
        update: (list) => list.querySelectorAll<HTMLElement>(".choices").forEach((choices) => (choices.hidden = !isOpen)),
      });
    }
    const left = others(buttons, cards);
    if (left.length && isOpen) pieces.push({ key: `choices ${item.key}`, build: () => this.#choices(left)! });
    return pieces;
  }

  #message(item: Item): HTMLElement {
    const who = this.#who(item);
    return el(
      "div",
      {},
      el("span", { className: item.author === "agent" ? "who" : "sr" }, who, el("span", { className: "sr" }, ": ")),
      (item.text || !item.message?.attachments.length) && bubble(item.text, item.author, item.message?.html),
      ...this.#files(item.message),
      item.draft && el("span", { className: "note" }, item.draft.state === "failed" ? texts.failed : texts.unsent),
      el("span", { className: "meta" }, time(item.at), ...mark(item.message)),
    );
  }

  #files(message?: Message): HTMLElement[] {
    const save = (file: Attachment) => () => this.save(message?.number ?? 0, file);
    return (message?.attachments ?? []).map((file) =>
      el(
        "button",
        { type: "button", className: "file", ariaLabel: texts.download(file.name), onclick: save(file) },
        file.name,
        file.size !== null && el("span", {}, size(file.size)),
      ),
    );
  }

  #who({ author, message }: Item): string {
    if (author === "customer") return texts.you;
    if (author === "bot") return this.name;
    return message?.agent_name ? texts.person(message.agent_name) : texts.someone;
  }

  #choices(buttons: Button[]): HTMLElement | null {
    if (!buttons.length) return null;
    const group = el("div", { className: "choices", role: "group", ariaLabel: texts.choices });
    for (const button of buttons) {
      const thumb = button.rates !== null && icon(button.rates ? UP : DOWN);
      group.append(el("button", { type: "button", onclick: () => this.press(button) }, thumb, button.title));
    }
    return group;
  }

  /** Makes the list hold these pieces in this order, touching only what differs. */
  #place(pieces: Piece[]): void {
    const wanted = new Set(pieces.map((piece) => piece.key));
    for (const [key, element] of this.#shown) {
      if (wanted.has(key)) continue;
      element.remove();
      this.#shown.delete(key);
    }
    let place = this.element.firstElementChild;
    for (const piece of pieces) {
      let element = this.#shown.get(piece.key);
      if (!element) this.#shown.set(piece.key, (element = piece.build()));
      piece.update?.(element);
      if (element === place) place = place.nextElementSibling;
      else this.element.insertBefore(element, place);
    }
  }
}

function said(message: Message, thread: string | null): Item {
  const { author, text, at, client_id, number, attachments } = message;
  // An echo takes the place of the message it answers for, unless that showed only the name of a file. In another thread
  // the same number is another message.
  return { key: client_id && !attachments.length ? `own ${client_id}` : `${thread} ${number}`, author, text, at: new Date(at), message };
}

function onItsWay(draft: Draft): Item {
  return { key: `own ${draft.client_id}`, author: "customer", text: draft.text, at: new Date(draft.at), draft };
}

function bubble(text: string, author: Author = "bot", html?: string | null): HTMLElement {
  const element = el("div", { className: "bubble", dir: "auto" });
  if (html) element.innerHTML = html;
  else element.append(...(author === "agent" ? linked(text) : [text]).filter((part) => part !== null) as (Node | string)[]);
  // The page's own policy may refuse a picture: then there is a link to it.
  for (const image of element.querySelectorAll("img")) {
    const to = { href: image.src, textContent: image.alt || image.src, target: "_blank", rel: "noopener noreferrer" };
    image.onerror = () => image.replaceWith(el("a", to));
  }
  return element;
}

function isOneRun(one: Item | undefined, other: Item | undefined): boolean {
  if (!one || !other || one.author !== other.author || dayOf(one.at) !== dayOf(other.at)) return false;
  const isOneVoice = one.message?.agent_name === other.message?.agent_name || one.author !== "agent";
  const isOnePlace = (one.message?.channel ?? "web") === (other.message?.channel ?? "web");
  return isOneVoice && isOnePlace && other.at.getTime() - one.at.getTime() < RUN;
}

function mark(message: Message | undefined): string[] {
  return !message || message.channel === "web" ? [] : [` · ${texts.via(message.channel)}`];
}

function time(at: Date): HTMLElement {
  const words = at.toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
  return el("time", { dateTime: at.toISOString() }, words);
}

function dayOf(at: Date): string {
  return at.toDateString();
}

function dayName(at: Date): string {
  const now = new Date();
  if (dayOf(at) === dayOf(now)) return texts.today;
  if (dayOf(at) === dayOf(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1))) return texts.yesterday;
  const year = at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" as const };
  return at.toLocaleDateString(language, { weekday: "long", day: "numeric", month: "long", ...year });
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
