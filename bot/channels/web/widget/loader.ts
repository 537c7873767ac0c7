// The one script a page includes: a custom element with the launcher. The chat itself is loaded when it is needed.
import type { Chat, ChatPart, Host, Tell, ThreadkeeperChat } from "./protocol";

/** Imports the chat's file, whose name is known when all is built: see vite.config.ts. */
declare function __CHAT__(server: string): Promise<ChatPart>;

(() => {
  const TAG = "threadkeeper-chat";
  const script = document.currentScript as HTMLScriptElement | null;
  if (customElements.get(TAG)) return;
  const server = new URL(".", script?.src || location.href).href;
  const storageKey = `threadkeeper:${server}`;
  const part = (): Promise<ChatPart> => __CHAT__(server);

  const CSS = `:host{all:initial;--tk-accent:#1f5c46;--tk-on-accent:#fff;position:fixed;z-index:2147483000;
inset-block-end:20px;inset-inline-end:20px;font:400 15px/1.45 -apple-system,BlinkMacSystemFont,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
:host([hidden]){display:none}
.launch{all:unset;box-sizing:border-box;cursor:pointer;display:grid;place-items:center;inline-size:56px;block-size:56px;
border-radius:50%;background:var(--tk-accent);color:var(--tk-on-accent);box-shadow:0 2px 6px #0003,0 8px 24px #0003;transition:transform .15s}
.launch:hover{transform:translateY(-2px)}
.launch:focus-visible{outline:3px solid var(--tk-accent);outline-offset:3px;box-shadow:0 0 0 3px #fff}
.launch svg{inline-size:28px;block-size:28px;fill:none;stroke:currentColor;stroke-width:1.8;stroke-linecap:round;stroke-linejoin:round}
.badge{position:absolute;inset-block-start:-3px;inset-inline-end:-3px;min-inline-size:20px;box-sizing:border-box;padding:0 5px;
border-radius:10px;background:#b3261e;color:#fff;font-size:12px;line-height:20px;text-align:center}
.badge:empty{display:none}
@media (prefers-reduced-motion:reduce){.launch{transition:none}}`;

  /** Whether this browser has talked here before, and may be shown it without proving anything new. */
  const hasThread = (identified: boolean): boolean => {
    try {
      const kept = JSON.parse(localStorage.getItem(storageKey) ?? "{}") as { token?: string; identified?: boolean };
      return !!kept.token && (identified || !kept.identified);
    } catch {
      return false;
    }
  };

  /** Black or white, whichever is easier to read on a colour such as #1f5c46. */
  const onColour = (colour: string): string => {
    const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(colour);
    if (!hex) return "#fff";
    const [r, g, b] = hex.slice(1).map((part) => (parseInt(part, 16) / 255) ** 2.2) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.18 ? "#111" : "#fff";
  };

  class ThreadkeeperChatElement extends HTMLElement implements ThreadkeeperChat {
    #root = this.attachShadow({ mode: "open" });
    #chat: Promise<Chat> | undefined;
    #identity: string | undefined;
    #isOpen = false;
    #button = document.createElement("button");
    #badge = document.createElement("span");

    connectedCallback(): void {
      const sheet = new CSSStyleSheet();
      const colour = this.dataset.colour;
      sheet.replaceSync(CSS);
      if (colour && window.CSS.supports("color", colour)) {
        sheet.insertRule(`:host{--tk-accent:${colour};--tk-on-accent:${onColour(colour)}}`, sheet.cssRules.length);
      }
      this.#root.adoptedStyleSheets = [sheet];
      this.#button.className = "launch";
      this.#button.innerHTML =
        '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 5.5h16v11h-8.5L7 20v-3.5H4z"/><path d="M8 9.5h8M8 12.5h5"/></svg>';
      this.#button.append(this.#badge);
      this.#button.onclick = () => (this.#isOpen ? this.close() : void this.open());
      // Who comes near will press: then it is there at once.
      this.#button.onpointerenter = () => void part().catch(() => {});
      this.#badge.className = "badge";
      this.#label(0);
      this.#root.replaceChildren(this.#button);
      this.#identity = this.dataset.identity || this.#identity;
      this.removeAttribute("data-identity");
      this.#wake();
    }

    disconnectedCallback(): void {
      void this.#chat?.then((chat) => chat.stop());
      this.#chat = undefined;
      this.#isOpen = false;
    }

    async open(): Promise<void> {
      if (this.#isOpen) return;
      this.#isOpen = true;
      this.#button.ariaExpanded = "true";
      try {
        (await this.#load()).show();
        this.#tell("open", null);
      } catch (problem) {
        // A part that could not be loaded is asked for again at the next press.
        this.#chat = undefined;
        this.close();
        console.warn("The chat could not be loaded.", problem);
      }
    }

    close(): void {
      if (!this.#isOpen) return;
      this.#isOpen = false;
      this.#button.ariaExpanded = "false";
      void this.#chat?.then((chat) => chat.hide());
      this.#button.focus({ preventScroll: true });
      this.#tell("close", null);
    }

    identify(jwt: string): void {
      this.#identity = jwt;
      if (this.#chat) void this.#chat.then((chat) => chat.identify());
      else this.#wake();
    }

    logout(): void {
      this.#identity = undefined;
      if (this.#chat) void this.#chat.then((chat) => chat.logout());
      else {
        try {
          localStorage.removeItem(storageKey);
        } catch {
          // Nothing could be kept, so there is nothing to forget.
        }
      }
    }

    /** With a conversation going, the chat is loaded quietly so that an answer shows on the launcher. */
    #wake(): void {
      if (hasThread(!!this.#identity)) setTimeout(() => this.isConnected && void this.#load().catch(() => {}), 300);
    }

    #load(): Promise<Chat> {
      const host: Host = {
        element: this,
        root: this.#root,
        server,
        storageKey,
        settings: this.dataset,
        identity: () => this.#identity,
        forgetIdentity: () => (this.#identity = undefined),
        unread: (count, label) => this.#label(count, label),
        close: () => this.close(),
        tell: this.#tell,
      };
      return (this.#chat ??= part().then(({ start }) => start(host)));
    }

    /** Until the chat is loaded, which knows more languages, it is called "Chat" with the name beside it. */
    #label(unread: number, label?: string): void {
      const name = this.dataset.name;
      this.#badge.textContent = unread ? (unread > 9 ? "9+" : String(unread)) : "";
      this.#button.ariaLabel = label ?? `Chat${name ? ` with ${name}` : ""}`;
      this.#button.ariaExpanded = String(this.#isOpen);
    }

    #tell: Tell = (name, detail) => {
      this.dispatchEvent(new CustomEvent(`threadkeeper:${name}`, { bubbles: true, composed: true, detail }));
    };
  }

  customElements.define(TAG, ThreadkeeperChatElement);
  if (script && !document.querySelector(TAG)) {
    const element = document.createElement(TAG);
    Object.assign(element.dataset, script.dataset);
    // A script in the head runs before there is a body.
    const place = (): void => document.body.append(element);
    if (document.body) place();
    else addEventListener("DOMContentLoaded", place);
  }
})();
