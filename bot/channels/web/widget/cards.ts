// Products beneath a message: picture, name, price, and the choices that belong to them.
import { el } from "./dom";
import type { Button, Card } from "./protocol";

/** The addresses in cards may be on the server: `server` is where its routes begin. */
export function cardList(cards: Card[], server: string, choices: (payloads: string[]) => HTMLElement | null): HTMLElement {
  const list = el("ul", { className: "cards", role: "list" });
  list.append(...cards.map((card) => cardOf(card, server, choices(card.payloads ?? []))));
  return list;
}

/** Those of a message's buttons that are on none of its cards. */
export function others(buttons: Button[], cards: Card[]): Button[] {
  const taken = new Set(cards.flatMap((card) => card.payloads ?? []));
  return buttons.filter((button) => !taken.has(button.payload));
}

function cardOf(card: Card, server: string, choices: HTMLElement | null): HTMLElement {
  const link = address(card.link, server);
  const name = link
    ? el("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, card.title)
    : el("span", {}, card.title);
  const words = el("div", { dir: "auto" }, name, card.price && el("b", {}, card.price), card.text && el("p", {}, card.text));
  words.append(...(choices ? [choices] : []));
  return el("li", { className: "card" }, picture(address(card.picture, server)), words);
}

/** The name beside it says what it shows. A page's policy may not allow it, or it may be gone: then there is none. */
function picture(src: string | undefined): HTMLElement | undefined {
  if (!src) return undefined;
  const image = el("img", { alt: "", width: 96, height: 72, referrerPolicy: "no-referrer", onerror: () => image.remove() });
  image.src = src;
  return image;
}

/** Nothing but web addresses: a script is none. */
function address(given: string | undefined, server: string): string | undefined {
  if (!given || !URL.canParse(given, server)) return undefined;
  const url = new URL(given, server);
  return /^https?:$/.test(url.protocol) ? url.href : undefined;
}
