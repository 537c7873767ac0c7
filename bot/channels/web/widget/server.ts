// The visitor routes of the server, one method each. Knows addresses, tokens and errors; keeps no state but the token.
import type { History, Link, Receipt, Registered } from "./protocol";
import type { Draft } from "./store";

const PATIENCE = 20_000;
const UPLOAD = 120_000;

/** The server answered, but not with what was asked for. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** Milliseconds. */
    readonly retryAfter: number,
  ) {
    super(code);
  }
}

export class Server {
  token: string | undefined;
  #base: string;

  constructor(
    base: string,
    /** The customer's at this moment, as a tag such as "de-AT"; undefined when nothing tells. */
    private readonly language: () => string | undefined,
  ) {
    this.#base = `${base}api/visitor`;
  }

  /** A token for a new visitor, or for the one whose `old` token is shown. */
  register(old: string | undefined, identity: string | undefined, signal: AbortSignal): Promise<Registered> {
    return this.#json<Registered>("", post(identity ? { identity } : {}, old), signal);
  }

  say({ client_id, text, payload, attachments }: Draft, signal: AbortSignal): Promise<Receipt> {
    const words = attachments ? undefined : text; // a draft of a file shows its name
    const body = { client_id, text: words, payload, attachments, language: this.language() };
    return this.#json<Receipt>("/messages", post(body, this.token), signal);
  }

  /** Keeps a file for a message to come; its id there. `fetch` does not tell how far it is. */
  upload(file: File, onWay: (share: number) => void, signal: AbortSignal): Promise<string> {
    const request = new XMLHttpRequest();
    request.open("POST", `${this.#base}/attachments?name=${encodeURIComponent(file.name.slice(-200) || "file")}`);
    for (const [name, value] of Object.entries(bearer(this.token))) request.setRequestHeader(name, value);
    request.responseType = "json";
    request.timeout = UPLOAD;
    request.upload.onprogress = ({ loaded, total }) => onWay(loaded / total);
    signal.addEventListener("abort", () => request.abort(), { once: true });
    return new Promise((resolve, reject) => {
      request.onloadend = () => {
        const answer = request.response as { id?: string; error?: { code?: string } } | null;
        if (answer?.id) resolve(answer.id);
        else reject(new Refused(request.status, answer?.error?.code ?? "", 0));
      };
      request.send(file);
    });
  }

  async file(number: number, place: number): Promise<Blob> {
    const response = await fetch(`${this.#base}/attachments/${number}/${place}`, { headers: bearer(this.token) });
    if (!response.ok) throw await refusal(response);
    return response.blob();
  }

  history(query: string, signal: AbortSignal): Promise<History> {
    return this.#json<History>(`/messages?${query}`, { headers: bearer(this.token) }, signal);
  }

  /** Tells that its user is writing; whether that arrives matters to nobody. */
  writing(): void {
    if (this.token) void fetch(`${this.#base}/writing`, post({}, this.token)).catch(() => {});
  }

  link(signal: AbortSignal): Promise<Link> {
    return this.#json<Link>("/link", post({}, this.token), signal);
  }

  async events(after: number, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const request: RequestInit = { headers: bearer(this.token), signal, cache: "no-store" };
    const response = await fetch(`${this.#base}/events?after=${after}`, request);
    if (!response.ok || !response.body) throw await refusal(response);
    return response.body;
  }

  async #json<T>(path: string, request: RequestInit, signal: AbortSignal): Promise<T> {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]);
    const response = await fetch(this.#base + path, { ...request, signal: patience });
    if (!response.ok) throw await refusal(response);
    return (await response.json()) as T;
  }
}

function post(body: unknown, token: string | undefined): RequestInit {
  const headers = { "Content-Type": "application/json", ...bearer(token) };
  return { method: "POST", body: JSON.stringify(body), headers };
}

function bearer(token: string | undefined): Record<string, string> {
  return token ? { Authorization: `Bearer ${token}` } : {};
}

async function refusal(response: Response): Promise<Refused> {
  const body = (await response.json().catch(() => ({}))) as { error?: { code?: string } };
  const seconds = Number(response.headers.get("Retry-After")) || 0;
  return new Refused(response.status, body.error?.code ?? "", seconds * 1000);
}
