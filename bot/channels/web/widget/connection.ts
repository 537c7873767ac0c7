// Keeps a conversation in step with the server: registers, catches up, follows, and sends what is waiting.
import type { Conversation } from "./conversation";
import type { Host, Link, Message, Place, Registered } from "./protocol";
import { Pauses } from "./pauses";
import { Refused, Server } from "./server";
import { type Draft, newDraft, type Store } from "./store";
import { readEvents } from "./stream";
import { wanted } from "./texts";

const PAGE = 40;
const SILENCE = 40_000; // The server gives a sign of life every 15 s; a line silent for this long is dead.
const WRITING = 3_000; // The server counts a sign of writing for six seconds.
const HIDDEN = 60_000; // A tab nobody looks at gives its line back after this; browsers allow six per site.

export interface Watcher {
  /** Something in the conversation changed; `news` is a message said just now, not history. */
  changed(news?: Message): void;
  connected(isConnected: boolean): void;
  registered(visitor: Registered): void;
  /** A person writes to this visitor, and that counts for so long. */
  writing(name: string, seconds: number): void;
  waiting(place: Place | null): void;
}

type Step = (signal: AbortSignal, fine: () => void) => Promise<void>;

export class Connection {
  #server: Server;
  #visitor: string | undefined;
  #identified = false;
  #life = new AbortController();
  #pauses = new Pauses();
  #cut: () => void = () => {};
  #isAway = false;
  /** Whether a conversation begins with what is fetched next. */
  #isFirstWord = false;
  #typedAt = 0;
  #awayTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: Host,
    private readonly store: Store,
    private readonly talk: Conversation,
    private readonly watcher: Watcher,
  ) {
    this.#server = new Server(host.server, () => wanted(host.settings.language) || undefined);
    // A login's token counts only while the page still proves the login.
    if (store.kept.identified && !host.identity()) store.clear();
    talk.drafts = store.takeDrafts();
  }

  start(): void {
    this.#life.abort();
    this.#life = new AbortController();
    const { signal } = this.#life;
    void this.#keep(this.#stay, signal, true);
    void this.#keep(this.#sendNext, signal, false);
    addEventListener("online", () => this.#again(), { signal });
    addEventListener("storage", (event) => this.#elsewhere(event), { signal });
    document.addEventListener("visibilitychange", () => this.#seenOrHidden(), { signal });
  }

  stop(): void {
    this.#life.abort();
    clearTimeout(this.#awayTimer);
  }

  /** The page says who its customer is now: a new token, perhaps another conversation. */
  identify(): void {
    this.#server.token = undefined;
    this.talk.isLoaded = false;
    this.start();
  }

  /** Nothing of this visitor stays in the browser. */
  logout(): void {
    this.store.clear();
    this.#beSomebodyElse(true);
  }

  send(text: string, payload?: string): void {
    this.#queue(newDraft(text, payload === undefined ? {} : { payload }));
  }

  #queue(draft: Draft): void {
    this.talk.drafts.push(draft);
    this.#keepDrafts();
    this.watcher.changed();
    this.#pauses.wake();
  }

  /** Sends a file as a message of its own. Rejects with what the server says of it. */
  async attach(file: File, onWay: (share: number) => void): Promise<void> {
    const id = await this.#server.upload(file, onWay, this.#life.signal);
    this.#queue(newDraft(file.name, { attachments: [id] }));
  }

  file(number: number, place: number): Promise<Blob> {
    return this.#server.file(number, place);
  }

  async older(): Promise<void> {
    const page = await this.#server.history(`before=${this.talk.first}&limit=${PAGE}`, this.#life.signal);
    if (page.thread !== this.talk.thread) return;
    page.messages.forEach((message) => this.talk.add(message));
    this.talk.hasOlder = page.messages.length === PAGE;
    this.watcher.changed();
  }

  /** Its user has typed something. */
  typed(): void {
    if (!this.talk.thread || Date.now() - this.#typedAt < WRITING) return;
    this.#typedAt = Date.now();
    this.#server.writing();
  }

  link(): Promise<Link> {
    return this.#server.link(this.#life.signal);
  }

  /** Runs a step again and again; after a failure it waits, longer each time, or until something wakes it. */
  async #keep(step: Step, signal: AbortSignal, tells: boolean): Promise<void> {
    let failures = 0;
    while (!signal.aborted) {
      try {
        await step(signal, () => (failures = 0));
      } catch (problem) {
        if (signal.aborted) return;
        if (problem instanceof Refused && problem.status === 401) this.#refused(problem);
        failures += 1;
        console.debug("threadkeeper:", problem);
        if (tells && failures > 1) this.watcher.connected(false);
        const backOff = Math.min(30_000, 500 * 2 ** failures) * (0.5 + Math.random() / 2);
        await this.#pauses.pause(signal, Math.max(backOff, problem instanceof Refused ? problem.retryAfter : 0));
      }
    }
  }

  /** One life of the line: register, show what was said, then follow until it breaks. */
  #stay: Step = async (signal, fine) => {
    if (!this.#server.token) await this.#register(signal);
    if (!this.talk.isLoaded) await this.#catchUp(signal);
    if (this.talk.thread && !this.#isAway) return this.#follow(signal, fine);
    fine();
    this.watcher.connected(true);
    return this.#pauses.pause(signal);
  };

  #sendNext: Step = async (signal, fine) => {
    const draft = this.talk.drafts.find((waiting) => waiting.state === "waiting");
    if (!draft || !this.#server.token) return this.#pauses.pause(signal);
    try {
      const receipt = await this.#server.say(draft, signal);
      draft.state = "sent";
      draft.text = receipt.text ?? draft.text;
      if (receipt.thread !== this.talk.thread) this.#joined(receipt.thread);
    } catch (problem) {
      const isFinal = problem instanceof Refused && [400, 413, 422].includes(problem.status);
      if (!isFinal) throw problem;
      draft.state = "failed";
    }
    fine();
    this.#keepDrafts();
    this.watcher.changed();
  };

  async #register(signal: AbortSignal): Promise<void> {
    const before = this.store.kept;
    const visitor = await this.#server.register(before.token, this.host.identity(), signal);
    // Meanwhile another tab has become somebody, or nobody: this one follows, unless its page proves who it is.
    if (this.store.kept.token !== before.token && !this.host.identity()) return this.#register(signal);
    // What one customer had not sent yet is not for the next one to send.
    if (before.identified && before.visitor !== visitor.visitor) this.talk.drafts = [];
    this.#server.token = visitor.token;
    this.#visitor = visitor.visitor;
    this.#identified = visitor.identified;
    this.store.put({ token: visitor.token, visitor: visitor.visitor, identified: visitor.identified });
    this.watcher.registered(visitor);
    this.#pauses.wake();
  }

  async #catchUp(signal: AbortSignal): Promise<void> {
    const { beginnings } = this.talk;
    const page = await this.#server.history(`limit=${PAGE}`, signal);
    // A message that was sent meanwhile has begun another thread: this page is out of date.
    if (beginnings !== this.talk.beginnings) return this.#catchUp(signal);
    this.talk.begin(page.thread);
    page.messages.forEach((message) => this.talk.add(message));
    this.talk.isLoaded = true;
    this.talk.hasOlder = page.messages.length > 0 && this.talk.first > 1;
    // A conversation that is new to this browser: what is there counts as read.
    if (page.thread && this.store.kept.thread !== page.thread) {
      this.store.put({ thread: page.thread, seen: this.talk.last });
    }
    this.#keepDrafts();
    this.watcher.changed();
    // What was said since the first word is no history, however quick the answer was.
    if (this.#isFirstWord) page.messages.forEach((message) => this.watcher.changed(message));
    this.#isFirstWord = false;
  }

  async #follow(signal: AbortSignal, fine: () => void): Promise<void> {
    const line = new AbortController();
    this.#cut = () => line.abort();
    signal.addEventListener("abort", this.#cut, { signal: line.signal });
    let timer = setTimeout(this.#cut, SILENCE);
    const alive = (): void => {
      clearTimeout(timer);
      timer = setTimeout(this.#cut, SILENCE);
    };
    try {
      const body = await this.#server.events(this.talk.last, line.signal);
      fine();
      this.watcher.connected(true);
      await readEvents(body, ({ event, data }) => this.#take(event, data, line.signal), alive);
      throw new Error("The server closed the line.");
    } catch (problem) {
      // Cut on purpose, to come back at once; every other end is followed by a pause.
      if (!line.signal.aborted || signal.aborted) throw problem;
    } finally {
      clearTimeout(timer);
      line.abort();
    }
  }

  #take(event: string, data: string, line: AbortSignal): void {
    if (line.aborted) return;
    if (event === "thread") this.watcher.waiting(null); // who waits still is told where
    if (event === "thread" && data !== this.talk.thread) {
      this.talk.begin(null);
      this.#cut();
    } else if (event === "writing") {
      const { name, seconds } = JSON.parse(data) as { name: string; seconds: number };
      this.watcher.writing(name, seconds);
    } else if (event === "waiting") {
      this.watcher.waiting(JSON.parse(data) as Place | null);
    } else if (event === "message") {
      const message = JSON.parse(data) as Message;
      const isNew = this.talk.add(message);
      this.watcher.changed(isNew ? message : undefined);
    }
  }

  /** The message went to another conversation than the one shown: the first one, or one that was merged. */
  #joined(thread: string): void {
    this.#isFirstWord = !this.talk.thread;
    if (this.#isFirstWord) this.store.put({ thread, seen: 0 });
    this.talk.begin(thread);
    this.#again();
  }

  #refused(problem: Refused): void {
    if (problem.code === "invalid_identity") {
      this.host.forgetIdentity();
      this.host.tell("identity-expired", null);
    }
    // Another tab may have got a better one meanwhile.
    if (this.store.kept.token === this.#server.token) this.store.clear();
    this.#server.token = undefined;
    this.talk.begin(null);
    this.#again();
  }

  /** Another tab logged in or out, or began the conversation: this one follows. */
  #elsewhere(event: StorageEvent): void {
    if (event.key !== this.host.storageKey && event.key !== null) return;
    const { visitor, identified, thread } = this.store.kept;
    if (this.#visitor === undefined) return; // on its way to becoming somebody, it looks for itself
    if (visitor !== this.#visitor || identified !== this.#identified) {
      this.host.forgetIdentity();
      // A message waiting here goes with an anonymous visitor; a customer's is not for the next one to send.
      this.#beSomebodyElse(this.#identified || event.newValue === null);
    } else if (thread && thread !== this.talk.thread && this.talk.isLoaded) {
      this.#isFirstWord = !this.talk.thread;
      this.talk.begin(thread);
      this.#again();
    }
  }

  /** Starts over as whoever the kept token says, or as nobody yet. */
  #beSomebodyElse(dropsDrafts: boolean): void {
    this.#server.token = undefined;
    if (dropsDrafts) this.talk.drafts = [];
    this.talk.begin(null);
    this.watcher.waiting(null);
    this.watcher.changed();
    this.start();
  }

  #keepDrafts(): void {
    this.store.keepDrafts(this.talk.drafts.filter((draft) => draft.state === "waiting"));
  }

  #seenOrHidden(): void {
    clearTimeout(this.#awayTimer);
    if (document.visibilityState === "visible") {
      this.#isAway = false;
      this.#pauses.wake();
      return;
    }
    if (this.store.kept.sound) return; // to be heard, the news has to come
    this.#awayTimer = setTimeout(() => {
      this.#isAway = true;
      this.#cut();
    }, HIDDEN);
  }

  #again(): void {
    this.#cut();
    this.#pauses.wake();
  }
}
