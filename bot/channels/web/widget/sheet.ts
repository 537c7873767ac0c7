// A page that slides over the messages: what is kept, and the way to Telegram.
import { el, icon } from "./dom";
import type { Link } from "./protocol";
import { language, texts } from "./texts";

export class Sheet {
  readonly element = el("section", { className: "sheet", hidden: true });

  constructor(private readonly closed: () => void) {}

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  close(): void {
    if (!this.isOpen) return;
    this.element.hidden = true;
    this.closed();
  }

  showKept(forget: (() => void) | undefined): void {
    const button = forget && el("button", { type: "button", className: "plain", onclick: forget }, texts.forget);
    this.#show(texts.kept, ...texts.keptText.map((line) => el("p", {}, line)), button ?? "");
  }

  async showTelegram(ask: () => Promise<Link>): Promise<void> {
    const place = el("div", { role: "status" });
    this.#show(texts.telegram, el("p", {}, texts.telegramHow), place);
    try {
      const { code, url, expires_at } = await ask();
      const until = new Date(expires_at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
      const open = { className: "solid", href: url ?? "", target: "_blank", rel: "noopener noreferrer" };
      place.append(
        url ? el("a", open, texts.telegramOpen) : "",
        el("p", { className: "small" }, texts.telegramCode, el("code", {}, `/start ${code}`), texts.telegramUntil(until)),
      );
    } catch {
      place.append(el("p", {}, texts.telegramFailed));
    }
  }

  #show(title: string, ...content: (Node | string)[]): void {
    const back = el("button", { type: "button", className: "tool", ariaLabel: texts.back, onclick: () => this.close() });
    back.append(icon("M14.5 6 8.5 12l6 6"));
    this.element.replaceChildren(el("div", { className: "bar" }, back, el("h3", {}, title)), ...content);
    this.element.ariaLabel = title;
    this.element.hidden = false;
    back.focus();
  }
}
