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

export interface Kept {
  token?: string;
  visitor?: string;
  /** Whether the token belongs to a login; such a one is only used while the page proves the login. */
  identified?: boolean;
  thread?: string;
  /** The number of the last message that was read here. */
  seen?: number;
  drafts?: Draft[];
}

export class Store {
  #key: string;
  #memory: Kept = {};

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

  clear(): void {
    this.#memory = {};
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // As above.
    }
  }
}
