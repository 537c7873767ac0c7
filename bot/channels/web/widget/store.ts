// What the browser keeps between visits: the visitor's token, what was read, and messages not yet sent.

export interface Draft {
  client_id: string;
  text: string;
  payload?: string;
  /** The ids of files that are with the server already; the text is then their name, for this browser only. */
  attachments?: string[];
  at: string;
  state: "waiting" | "sent" | "failed";
}

/** Something to send from here on. */
export function newDraft(text: string, more: Pick<Draft, "payload" | "attachments">): Draft {
  return { client_id: randomId(), text, ...more, at: new Date().toISOString(), state: "waiting" };
}

/** `crypto.randomUUID` is missing on pages without https; this is not. */
function randomId(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export interface Kept {
  token?: string;
  visitor?: string;
  /** Whether the token belongs to a login; such a one is only used while the page proves the login. */
  identified?: boolean;
  thread?: string;
  /** The number of the last message that was read here. */
  seen?: number;
  drafts?: Draft[];
  /** Whether its user wants to hear of news. */
  sound?: boolean;
}

export class Store {
  #key: string;
  #memory: Kept = {};
  /** The messages that this tab sends; what else is waiting is another tab's. */
  #own = new Set<string>();

  constructor(key: string) {
    this.#key = key;
  }

  /** Read anew each time: another tab may have written. */
  get kept(): Readonly<Kept> {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.#key) ?? "{}");
      if (kept && typeof kept === "object") this.#memory = kept as Kept;
    } catch {
      // Storage is blocked or holds something else: this visit lives in memory only.
    }
    return this.#memory;
  }

  put(change: Partial<Kept>): void {
    this.#memory = { ...this.kept, ...change };
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#memory));
    } catch {
      // As above.
    }
  }

  /** What was waiting when the page was left. Where two tabs send it, the server keeps it once. */
  takeDrafts(): Draft[] {
    return this.#mine(this.kept.drafts ?? []);
  }

  keepDrafts(waiting: Draft[]): void {
    const mine = this.#mine(waiting);
    const others = (this.kept.drafts ?? []).filter((draft) => !this.#own.has(draft.client_id));
    this.put({ drafts: [...others, ...mine] });
  }

  #mine(drafts: Draft[]): Draft[] {
    drafts.forEach((draft) => this.#own.add(draft.client_id));
    return [...drafts];
  }

  clear(): void {
    this.#memory = {};
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // As above.
    }
  }
}
