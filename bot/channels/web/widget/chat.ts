// The part that is loaded when the chat is needed: joins the conversation, its connection and its panel.
import css from "./chat.css?inline";
import { Connection } from "./connection";
import { Conversation } from "./conversation";
import { Panel } from "./panel";
import type { Chat, Host, Message } from "./protocol";
import { chime, hush } from "./sound";
import { Store } from "./store";
import { speak, wanted } from "./texts";

export async function start(host: Host): Promise<Chat> {
  await speak(wanted(host.settings.language));
  return new RunningChat(host);
}

class RunningChat implements Chat {
  #talk = new Conversation();
  #unread = 0;
  #store: Store;
  #panel: Panel;
  #connection: Connection;

  constructor(private readonly host: Host) {
    this.#store = new Store(host.storageKey);
    this.#panel = new Panel(host, {
      send: (text, payload) => this.#connection.send(text, payload),
      older: () => this.#connection.older(),
      link: () => this.#connection.link(),
      forget: () => this.#connection.logout(),
      attach: (file, onWay) => this.#connection.attach(file, onWay),
      file: (number, place) => this.#connection.file(number, place),
      typed: () => this.#connection.typed(),
      hasSound: () => !!this.#store.kept.sound,
      sounds: (wanted) => this.#sounds(wanted),
    });
    this.#connection = new Connection(host, this.#store, this.#talk, {
      changed: (news) => this.#changed(news),
      connected: (isConnected) => this.#panel.connected(isConnected),
      registered: (visitor) => this.#panel.registered(visitor),
      writing: (name, seconds) => this.#panel.writing(name, seconds),
      waiting: (place) => this.#panel.waiting(place),
    });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    host.root.adoptedStyleSheets.push(sheet);
    host.root.prepend(this.#panel.element);
    this.#changed();
    this.#connection.start();
  }

  show(): void {
    this.#panel.show();
    this.#countUnread();
  }

  hide(): void {
    this.#panel.hide();
  }

  identify(): void {
    this.#connection.identify();
  }

  logout(): void {
    this.#connection.logout();
  }

  stop(): void {
    this.#connection.stop();
    this.#panel.stop();
    hush();
  }

  /** Turned on, it is heard once, so that its user knows it. */
  #sounds(wanted: boolean): void {
    this.#store.put({ sound: wanted });
    if (wanted) chime(this.host.storageKey);
  }

  #changed(news?: Message): void {
    this.#panel.render(this.#talk, !!news && news.author !== "customer");
    this.#countUnread();
    const isUnseen = !this.#panel.isOpen || document.hidden;
    if (news && news.author !== "customer" && isUnseen && this.#store.kept.sound) chime(this.host.storageKey);
    if (news) this.host.tell("message", { number: news.number, author: news.author, text: news.text });
  }

  /** What is shown in an open panel counts as read. */
  #countUnread(): void {
    if (this.#panel.isOpen && this.#talk.last > (this.#store.kept.seen ?? 0)) this.#store.put({ seen: this.#talk.last });
    const unread = this.#talk.unread(this.#store.kept.seen ?? 0);
    this.host.unread(unread, this.#panel.launcherLabel(unread));
    if (unread !== this.#unread) this.host.tell("unread", { count: (this.#unread = unread) });
  }
}
