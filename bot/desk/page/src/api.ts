// The desk's requests. Every failure becomes a Refusal with a sentence that can be shown.
import type {
  Aim,
  Agent,
  CannedDraft,
  CannedReply,
  Colleague,
  Conversation,
  DeadLetters,
  Ending,
  FaqContent,
  FaqEntry,
  FaqVersion,
  Figures,
  FoundPage,
  GivenBack,
  Hours,
  Letter,
  LostQuestion,
  Message,
  Move,
  Owed,
  Pledge,
  QueueEntry,
  Reading,
  ReasonGroup,
  Recognised,
  ResetLink,
  SavedFilter,
  Skills,
  Uploaded,
  Whisper,
  WrittenHours,
} from "./protocol";

export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly questions: LostQuestion[] = [],
  ) {
    super(message);
  }
}

const BASE = "/api/desk";

export const api = {
  login: (email: string, password: string) => post<{ agent: Agent }>("/login", { email, password }),
  logout: () => post<void>("/logout"),
  find: (words: string, before: string | null) =>
    call<FoundPage>("GET", `/search?q=${encodeURIComponent(words)}${before === null ? "" : `&before=${before}`}`),
  hours: () => call<Hours>("GET", "/hours"),
  setHours: (written: WrittenHours) => call<Hours>("PUT", "/hours", written),
  filters: () => call<SavedFilter[]>("GET", "/me/filters"),
  keepFilters: (filters: SavedFilter[]) => call<SavedFilter[]>("PUT", "/me/filters", filters),
  figures: () => call<Figures>("GET", "/figures"),
  team: () => call<Colleague[]>("GET", "/team"),
  agents: () => call<Colleague[]>("GET", "/agents"),
  addAgent: (email: string, skills: Skills) => post<{ agent: Colleague; reset: ResetLink }>("/agents", { email, ...skills }),
  changeAgent: (id: string, skills: Skills) => call<Colleague>("PUT", `/agents/${id}`, skills),
  resetLink: (id: string) => post<ResetLink>(`/agents/${id}/reset`),
  readings: () => call<Reading[]>("GET", "/readings?limit=100"),
  deadLetters: () => call<DeadLetters>("GET", "/dead-letters"),
  sendLetterAgain: (id: number) => post<DeadLetters>(`/dead-letters/out/${id}/send-again`),
  dismissLetter: (box: Letter["box"], id: number, why: string) => post<DeadLetters>(`/dead-letters/${box}/${id}/dismiss`, { why }),
  waysIn: () => call<{ oidc: string | null }>("GET", "/sign-in"),
  changePassword: (current: string, next: string) => post<void>("/me/password", { current, new: next }),
  reset: (secret: string, next: string) => post<void>("/reset", { secret, new: next }),
  me: () => call<Agent>("GET", "/me"),
  closed: () => call<QueueEntry[]>("GET", "/handoffs?state=closed"),
  handoff: (id: string) => call<Conversation>("GET", `/handoffs/${id}`),
  earlier: (id: string, before: number, limit: number) =>
    call<Message[]>("GET", `/handoffs/${id}/messages?before=${before}&limit=${limit}`),
  whispers: (id: string) => call<Whisper[]>("GET", `/handoffs/${id}/whispers`),
  say: (id: string, kind: "reply" | "note", text: string) => post<Conversation>(`/handoffs/${id}/${kind}`, { text }),
  reply: (id: string, text: string, attachments: string[]) =>
    post<Conversation>(`/handoffs/${id}/reply`, { text, attachments }),
  upload: (id: string, file: File) =>
    call<Uploaded>("POST", `/handoffs/${id}/attachments?name=${encodeURIComponent(file.name.slice(-200) || "file")}`, file),
  edit: (id: string, number: number, text: string) =>
    call<Conversation>("PUT", `/handoffs/${id}/replies/${number}`, { text }),
  withdraw: (id: string, number: number) => call<Conversation>("DELETE", `/handoffs/${id}/replies/${number}`),
  retry: (id: string, number: number) => post<Conversation>(`/handoffs/${id}/replies/${number}/retry`),
  passOn: (id: string, note: string, aim: Aim) => post<Conversation>(`/handoffs/${id}/transfer`, { note, ...aim }),
  move: (id: string, move: Move, note: string) => post<Conversation>(`/handoffs/${id}/${move}`, { note }),
  takeOver: (id: string) => post<Conversation>(`/handoffs/${id}/take-over`),
  resolve: (id: string, ending: Ending) => post<Conversation>(`/handoffs/${id}/resolve`, ending),
  giveBack: (id: string, given: GivenBack) => post<Conversation>(`/handoffs/${id}/return`, given),
  contactReasons: () => call<ReasonGroup[]>("GET", "/contact-reasons"),
  promises: () => call<Owed[]>("GET", "/promises"),
  recognise: (text: string) => post<Recognised[]>("/promises/recognise", { text }),
  promise: (id: string, found: Recognised, number: number) => post<Conversation>(`/handoffs/${id}/promises`, { ...found, number }),
  keep: (id: number, evidence: { number?: number; note?: string }) => post<Pledge>(`/promises/${id}/keep`, evidence),
  cancel: (id: number, why: string) => post<Pledge>(`/promises/${id}/cancel`, { why }),
  work: (id: string, doing: "writing" | "noting" | "gone") => post<void>(`/handoffs/${id}/presence`, { doing }),
  readMentions: (id: string) => post<void>(`/handoffs/${id}/mentions/read`),
  canned: () => call<{ replies: CannedReply[]; variables: Record<string, string> }>("GET", "/canned"),
  addCanned: (draft: CannedDraft) => post<CannedReply>("/canned", draft),
  editCanned: (id: number, draft: CannedDraft) => call<CannedReply>("PUT", `/canned/${id}`, draft),
  deleteCanned: (id: number) => call<void>("DELETE", `/canned/${id}`),
  faq: () => call<FaqEntry[]>("GET", "/faq"),
  addFaq: (content: FaqContent, anyway: boolean) => post<FaqEntry>("/faq", { ...content, publish_anyway: anyway }),
  editFaq: (id: string, content: FaqContent & { version: number }, anyway: boolean) =>
    call<FaqEntry>("PUT", `/faq/${id}`, { ...content, publish_anyway: anyway }),
  deleteFaq: (id: string, anyway: boolean) => call<void>("DELETE", `/faq/${id}?publish_anyway=${anyway}`),
  faqVersions: (id: string) => call<FaqVersion[]>("GET", `/faq/${id}/versions`),
  preview: (answer: string) => post<{ html: string; text: string }>("/faq/preview", { answer }),
};

function post<T>(path: string, body: unknown = {}): Promise<T> {
  return call<T>("POST", path, body);
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { "X-Requested-With": "threadkeeper" };
  const request: RequestInit = { method, headers, credentials: "same-origin" };
  if (body instanceof File) {
    request.body = body;
  } else if (body !== undefined) {
    headers["Content-Type"] = "application/json";
    request.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(BASE + path, request);
  } catch {
    throw new Refusal(0, "unreachable", "The server can’t be reached. Your text is still here; try again in a moment.");
  }
  if (!response.ok) throw await refusal(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function refusal(response: Response): Promise<Refusal> {
  try {
    const { error } = (await response.json()) as {
      error: { code: string; message: string; questions?: LostQuestion[] };
    };
    return new Refusal(response.status, error.code, error.message, error.questions);
  } catch {
    return new Refusal(response.status, "unexpected", "The server gave an answer the desk can’t read. Please try again.");
  }
}
