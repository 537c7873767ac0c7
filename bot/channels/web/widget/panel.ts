// The open chat: header, messages, input. Shows a conversation and passes on what its user does.
import { Attaching, type Files } from "./attaching";
import { el, icon } from "./dom";
import type { Conversation } from "./conversation";
import { Log } from "./log";
import type { Button, Host, Link, Place, Registered } from "./protocol";
import { Sheet } from "./sheet";
import { language, texts } from "./texts";

const PATIENCE = 30_000; // After this long, nobody believes in "is writing" any more.

export interface Actions extends Files {
  send(text: string, payload?: string): void;
  older(): Promise<void>;
  link(): Promise<Link>;
  forget(): void;
  typed(): void;
  /** Whether news makes a sound here; `sounds` changes it. */
  hasSound(): boolean;
  sounds(wanted: boolean): void;
}

export class Panel {
  readonly element: HTMLElement;
  #name: string;
  #log: Log;
  #sheet = new Sheet(() => this.#input.focus());
  #subtitle: string;
  #status = el("p", { className: "status", role: "status" });
  #scroll = el("div", { className: "scroll", tabIndex: 0, role: "region", ariaLabel: texts.messages });
  #older = el("button", { type: "button", className: "plain older", hidden: true }, texts.older);
  #files: Attaching;
  #newer = el("button", { type: "button", className: "newer", hidden: true }, texts.newer);
  #typing = el("div", { className: "typing", hidden: true, role: "status" });
  #place = el("p", { className: "place", hidden: true, role: "status" });
  #menu = el("div", { className: "menu", hidden: true });
  #menuButton = tool(texts.menu, "M5.5 12h.02M12 12h.02M18.5 12h.02");
  #input = el("textarea", { rows: 1, maxLength: 10_000, placeholder: texts.placeholder, id: "say", enterKeyHint: "send" });
  #visitor: Registered | undefined;
  #talk: Conversation | undefined;
  #typingName = el("span", { className: "sr" });
  /** Sees who scrolls near the beginning of what is here, and fetches what was before. The button is for when that fails. */
  #nearTop = new IntersectionObserver(([top]) => top?.isIntersecting && this.isOpen && void this.#loadOlder(), { root: this.#scroll, rootMargin: "300px 0px 0px" });
  /** Whether its user is at the end, so that a picture that comes in late does not move them from it. */
  #staysAtEnd = true;
  /** Until when a person counts as writing. */
  #writesUntil = 0;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host,
    private readonly actions: Actions,
  ) {
    const { name, subtitle, greeting } = host.settings;
    this.#name = name ?? texts.assistant;
    this.#files = new Attaching(actions, () => this.#input.focus());
    this.#subtitle = subtitle ?? "";
    this.#log = new Log(this.#name, greeting ?? texts.greeting(this.#name), host.server, (button) => this.#pressed(button), (number, file) => void this.#files.save(number, file));
    this.element = this.#build();
    this.connected(true);
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  launcherLabel(unread: number): string {
    return texts.launcher(this.#name, unread);
  }

  show(): void {
    this.element.hidden = false;
    this.#toEnd();
    // On a phone the keyboard would cover the greeting before it is read.
    (matchMedia("(pointer: coarse)").matches ? this.#scroll : this.#input).focus({ preventScroll: true });
  }

  hide(): void {
    this.#toggleMenu(false);
    this.element.hidden = true;
  }

  /** Nothing is to happen any more. */
  stop(): void {
    clearTimeout(this.#typingTimer);
    this.#nearTop.disconnect();
  }

  connected(isConnected: boolean): void {
    this.element.classList.toggle("offline", !isConnected);
    const words = isConnected ? this.#subtitle : texts.reconnecting;
    if (this.#status.textContent !== words) this.#status.textContent = words;
  }

  registered(visitor: Registered): void {
    this.#visitor = visitor;
  }

  /** Shows the conversation as it is now; `isNews` when somebody else has just said something. */
  render(talk: Conversation, isNews: boolean): void {
    const wasAtEnd = this.#isAtEnd;
    const fromEnd = this.#scroll.scrollHeight - this.#scroll.scrollTop;
    const hadFocus = this.#log.element.contains(this.host.root.activeElement);
    const isHistory = !isNews && talk.messages[0] !== this.#talk?.messages[0];
    this.#talk = talk;
    this.#log.element.ariaLive = isHistory ? "off" : "polite";
    this.#log.render(talk);
    this.#older.hidden = !talk.hasOlder;
    this.#files.button.hidden = !talk.thread; // a file belongs to a conversation that there is
    if (isNews) this.#writesUntil = 0; // it is written now
    if (Date.now() >= this.#writesUntil) this.#showTyping(talk.isWaiting, this.#name, PATIENCE);
    if (hadFocus && !this.host.root.activeElement) this.#input.focus();
    if (wasAtEnd || talk.drafts.at(-1)?.state === "waiting") this.#toEnd();
    else if (isNews) this.#newer.hidden = false;
    else this.#scroll.scrollTop = this.#scroll.scrollHeight - fromEnd;
  }

  #build(): HTMLElement {
    const close = tool(texts.close, "M7 7l10 10M17 7 7 17");
    const send = el("button", { className: "send", ariaLabel: texts.send }, icon("M5 12h13M12.5 6l6 6-6 6"));
    const form = el("form", {}, label(), this.#files.button, this.#files.chooser, this.#input, send);
    form.onsubmit = (event) => {
      event.preventDefault();
      this.#submit();
    };
    this.#typing.append(this.#typingName, el("i"), el("i"), el("i"));
    this.#scroll.append(this.#older, this.#log.element, this.#typing);
    close.onclick = () => this.host.close();
    this.#menuButton.classList.add("menu-tool");
    this.#menuButton.ariaExpanded = "false";
    this.#menuButton.onclick = () => this.#toggleMenu(!!this.#menu.hidden);
    this.#older.onclick = () => void this.#loadOlder();
    this.#nearTop.observe(this.#older);
    this.#scroll.addEventListener("load", () => this.#staysAtEnd && this.#toEnd(), true);
    this.#newer.onclick = () => this.#toEnd();
    this.#scroll.onscroll = () => {
      this.#staysAtEnd = this.#isAtEnd;
      if (this.#isAtEnd) this.#newer.hidden = true;
    };
    this.#input.oninput = () => {
      this.#grow();
      if (this.#input.value) this.actions.typed();
    };
    this.#input.onkeydown = (event) => this.#typed(event);
    const face = el("span", { className: "face", ariaHidden: "true" }, this.#name.slice(0, 1));
    const title = el("div", { className: "title" }, el("h2", {}, this.#name), this.#status);
    return el(
      "div",
      {
        className: "panel",
        lang: language,
        role: "dialog",
        ariaLabel: texts.chatWith(this.#name),
        hidden: true,
        onkeydown: (event) => this.#key(event),
      },
      // The panel itself keeps the page's direction, which tells at which side it stands.
      el(
        "div",
        { className: "inside", dir: texts.isRightToLeft ? "rtl" : "ltr" },
        el("div", { className: "head" }, face, title, this.#menuButton, close, this.#menu),
        el("div", { className: "body" }, this.#scroll, this.#newer, this.#sheet.element),
        this.#place,
        this.#files.told,
        form,
      ),
    );
  }

  #submit(): void {
    const text = this.#input.value.trim();
    if (text) {
      this.#input.value = "";
      this.#grow();
      this.#sheet.close();
      this.actions.send(text);
    }
    this.#input.focus();
  }

  #pressed(button: Button): void {
    this.actions.send(button.title, button.payload);
    this.#input.focus({ preventScroll: true });
  }

  #typed(event: KeyboardEvent): void {
    // While a word is being composed (Chinese, Japanese), Enter belongs to the composing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #key(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      event.stopPropagation();
      if (!this.#menu.hidden) {
        this.#toggleMenu(false);
        this.#menuButton.focus();
      } else if (this.#sheet.isOpen) this.#sheet.close();
      else this.host.close();
    }
    if (event.key === "Tab" && matchMedia("(max-width: 520px)").matches) this.#stayInside(event);
  }

  /** Over the whole of a phone's screen, the page behind can't be seen, so Tab does not lead there. */
  #stayInside(event: KeyboardEvent): void {
    const all = [...this.element.querySelectorAll<HTMLElement>("button,a,textarea,[tabindex]")];
    const seen = all.filter((element) => element.checkVisibility());
    const [first, last] = [seen[0], seen.at(-1)];
    const from = this.host.root.activeElement;
    if (from !== (event.shiftKey ? first : last)) return;
    event.preventDefault();
    (event.shiftKey ? last : first)?.focus();
  }

  #toggleMenu(isOpen: boolean): void {
    if (isOpen) this.#menu.replaceChildren(...this.#choices());
    this.#menu.hidden = !isOpen;
    this.#menuButton.ariaExpanded = String(isOpen);
    if (isOpen) this.#menu.querySelector("button")?.focus();
  }

  #choices(): HTMLElement[] {
    const choice = (words: string, act: () => void): HTMLElement =>
      el("button", { type: "button", onclick: () => (this.#toggleMenu(false), act()) }, words);
    const kept = choice(texts.kept, () => this.#sheet.showKept(this.#visitor?.identified ? undefined : this.#forget));
    const isOn = this.actions.hasSound();
    const sound = choice(isOn ? texts.soundOff : texts.soundOn, () => this.actions.sounds(!isOn));
    if (!this.#visitor?.telegram || !this.#talk?.thread) return [sound, kept];
    return [choice(texts.telegram, () => void this.#sheet.showTelegram(() => this.actions.link())), sound, kept];
  }

  #forget = (): void => {
    this.#sheet.close();
    this.actions.forget();
  };

  async #loadOlder(): Promise<void> {
    if (this.#older.disabled) return;
    this.#older.disabled = true;
    this.#nearTop.unobserve(this.#older);
    try {
      await this.actions.older();
      this.#nearTop.observe(this.#older); // once more, if its user is still near the top
    } catch {
      // The button simply stays, to be pressed again.
    }
    this.#older.disabled = false;
  }

  /** A person writes, and is named. */
  writing(name: string, seconds: number): void {
    const wasAtEnd = this.#isAtEnd;
    this.#writesUntil = Date.now() + seconds * 1_000;
    this.#typing.hidden = true;
    this.#showTyping(true, name, seconds * 1_000);
    if (wasAtEnd) this.#toEnd();
  }

  /** Where its user stands who waits for a person, in a line that changes in its place; null: nobody is awaited. */
  waiting(place: Place | null): void {
    const wasAtEnd = this.#isAtEnd;
    const words = place ? standing(place) : "";
    if (this.#place.textContent !== words) this.#place.textContent = words;
    this.#place.hidden = !place;
    if (wasAtEnd) this.#toEnd();
  }

  #showTyping(isTyping: boolean, name: string, patience: number): void {
    if (isTyping !== this.#typing.hidden) return;
    clearTimeout(this.#typingTimer);
    this.#typing.classList.toggle("named", Date.now() < this.#writesUntil);
    const words = texts.isTyping(name);
    if (this.#typingName.textContent !== words) this.#typingName.textContent = words;
    this.#typing.hidden = !isTyping;
    if (isTyping) this.#typingTimer = setTimeout(() => (this.#typing.hidden = true), patience);
  }

  get #isAtEnd(): boolean {
    return this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight < 40;
  }

  #toEnd(): void {
    this.#newer.hidden = true;
    this.#staysAtEnd = true;
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  #grow(): void {
    this.#input.style.height = "auto";
    this.#input.style.height = `${this.#input.scrollHeight}px`;
  }
}

function standing({ number, minutes, opens }: Place): string {
  const line = texts.inLine(number - 1);
  if (opens) return `${line} ${texts.backAt(moment(opens))}`;
  return minutes ? `${line} ${texts.lately(lengthOf(minutes))}` : line;
}

function moment(iso: string): string {
  return new Date(iso).toLocaleString(language, { weekday: "long", hour: "2-digit", minute: "2-digit" });
}

/** A length of time as one says it, in the language that is spoken. */
function lengthOf(minutes: number): string {
  const [count, unit] = minutes > 90 ? [Math.ceil(minutes / 60), "hour"] : [minutes, "minute"];
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

function tool(name: string, path: string): HTMLButtonElement {
  return el("button", { type: "button", className: "tool", ariaLabel: name }, icon(path));
}

function label(): HTMLElement {
  return el("label", { className: "sr", htmlFor: "say" }, texts.yourMessage);
}
