// What the desk's API says, as bot/desk/views.py, brief.py and faq_views.py define it.

export type HandoffState =
  | "requested"
  | "queued"
  | "offered"
  | "accepted"
  | "active"
  | "returned"
  | "resolved"
  | "abandoned";

export type Reason =
  | "asked_for_person"
  | "misunderstood"
  | "rejected_answers"
  | "distress"
  | "repetition"
  | "form_failed"
  | "legal"
  | "injury"
  | "fraud"
  | "payment_dispute"
  | "bereavement"
  | "press"
  | "broken_promise"
  | "valued_complaint"
  | "not_solved"
  | "agent_took_over"
  | "poison_message";

export type Outcome = "solved" | "not_solved" | "no_answer" | "elsewhere" | "no_matter";

/** Contact reasons that belong together. */
export interface ReasonGroup {
  label: string;
  reasons: { id: string; label: string }[];
}

/** How an agent resolves: what it has come to, and what it was about. */
export interface Ending {
  note: string;
  outcome: Outcome | null;
  contact_reason: string | null;
}

/** What an agent ended with this customer, and what the customer said of it. */
export interface Past {
  id: string;
  state: HandoffState;
  reason: Reason;
  agent: string | null;
  closed_at: string | null;
  outcome: Outcome | null;
  about: string | null;
  agreed: string | null;
  asked: boolean;
  solved: boolean | null;
  line: Quote | null;
}

/** Something that the bot's open task asks for. */
export interface Field {
  slot: string;
  label: string;
  value: string | null;
}

/** What was agreed when a conversation goes back to the bot; values are slot → words. */
export interface GivenBack {
  note: string;
  agreed: string | null;
  values: Record<string, string>;
}

/** Whom a conversation is passed on to; nobody named: whoever is next. */
export interface Aim {
  agent?: string;
  department?: string;
}

export type Move = "accept" | "transfer" | "return" | "resolve";
export type Allowed = Move | "decline" | "take_over" | "reply" | "note";
export type Delivery = "pending" | "sending" | "sent" | "failed" | "unknown" | "held" | "withheld" | "withdrawn";

export interface Agent {
  id: string;
  email: string;
  name: string;
  role: "agent" | "lead" | "admin";
}

export interface Person {
  id: string;
  name: string | null;
  email: string | null;
  subject: string | null;
  identified: boolean;
  channels: string[];
}

export interface Owner {
  id: string;
  name: string;
}

export interface Offer {
  agent: Owner;
  until: string;
}

export interface HandoffMove {
  before: HandoffState | null;
  after: HandoffState;
  by: string;
  by_name: string | null;
  at: string;
  why: string | null;
  agent_id: string | null;
}

export interface Message {
  number: number;
  author: "customer" | "bot" | "agent";
  channel: string;
  text: string;
  at: string;
  buttons: string[];
  custom: Record<string, unknown> | null;
  agent_name: string | null;
  delivery: Delivery | null;
  delivery_reason: string | null;
  attachments: Attachment[];
  earlier: string[];
  answered: { text: string; ours: boolean } | null;
}

/** A file that came with a message, at this place of its list. */
export interface Attachment {
  place: number;
  name: string;
  type: string | null;
  size: number | null;
}

/** A file that waits for the reply it goes with. */
export interface Uploaded {
  id: string;
  name: string;
  type: string;
  size: number;
}

export interface Note {
  agent_name: string;
  text: string;
  at: string;
}

export interface QueueEntry {
  id: string;
  state: HandoffState;
  reason: Reason;
  customer: Person;
  channel: string;
  goal: string | null;
  asked: string | null;
  requested_at: string;
  closed_at: string | null;
  outcome: Outcome | null;
  agent: Owner | null;
  department: string | null;
  language: string | null;
  offer: Offer | null;
  last_message: Message | null;
  unanswered: number;
}

/** What has changed in the queue since the last event: lines that are new or other, and the order if it is another. */
export interface QueueLines {
  changed: QueueEntry[];
  order: string[] | null;
}

export interface Brief {
  customer: Person;
  goal: string | null;
  goal_in: number | null;
  goal_is_over: boolean;
  next: { text: string; number: number | null }[];
  collected: Given[];
  given: Given[];
  moods: { number: number; mood: Mood; text: string }[];
  said: Quote[];
  orders: Order[] | null;
  tried: { title: string; confidence: number; helped: boolean | null; number: number; reaction: Quote | null }[];
  why: { reason: Reason; text: string; number: number | null; quote: string | null };
  awaiting: { text: string; channel: string | null; number: number } | null;
  facts: { key: string; label: string; value: string; confidence: number; number: number; at: string }[];
  promises: Pledge[];
  cases: PastCase[];
}

/** A promise to the customer; Promise means something else here. */
export interface Pledge {
  id: number;
  text: string;
  due_at: string;
  made_at: string;
  number: number | null;
  owner: string;
  owner_name: string | null;
  state: "open" | "broken" | "kept" | "kept_late" | "cancelled";
  reminded_at: string | null;
  closed_at: string | null;
  kept_at: string | null;
  kept_in: number | null;
  why: string | null;
  told_in: number | null;
  channel: string | null;
}

/** A promise in the list of what is owed. */
export interface Owed extends Pledge {
  customer: string | null;
  handoff: string | null;
}

/** A commitment that was recognised in what an agent writes. */
export interface Recognised {
  text: string;
  due_at: string;
}

export type Mood = "thanks" | "rejection" | "anger" | "distress";

/** A value the customer gave, and the message it came in. */
export interface Given {
  label: string;
  value: string;
  number: number | null;
}

export interface Quote {
  number: number;
  at: string;
  text: string;
}

export interface Order {
  number: string;
  state: string;
  things: string;
  placed_on: string;
  expected_on: string | null;
  is_open: boolean;
}

export interface PastCase {
  title: string;
  topic: string;
  outcome: "solved" | "solved_assumed" | "handed_over" | "abandoned" | "came_back" | null;
  opened_at: string;
  touched_at: string;
  closed_at: string | null;
  channel: string;
  came_back: number;
  number: number | null;
}

export interface Conversation {
  id: string;
  state: HandoffState;
  reason: Reason;
  customer: Person;
  requested_at: string;
  requested_number: number;
  accepted_at: string | null;
  closed_at: string | null;
  agent: Owner | null;
  department: string | null;
  language: string | null;
  offer: Offer | null;
  place: { number: number; wait_seconds: number | null; opens_at: string | null } | null;
  allowed: Allowed[];
  reply_channel: string | null;
  brief: Brief;
  past: Past[];
  fields: Field[];
  messages: Message[];
  notes: Note[];
  history: HandoffMove[];
}

/** What the bot, silent now, knows about one message of the customer. */
export interface Whisper {
  number: number;
  answers: { id: string; question: string; answer: string; likeness: number; helped: number; not_helped: number }[];
  values: { label: string; value: string }[];
  cases: { title: string; outcome: "solved" | "solved_assumed"; number: number | null; text: string | null }[];
}

/** Who else is in a conversation, and until when each sign counts. */
export interface Signs {
  colleagues: { id: string; name: string; doing: "viewing" | "noting" | "writing"; until: string }[];
  customer_writes_until: string | null;
}

/** A note that calls this agent. */
export interface Mention {
  handoff: string;
  customer: string | null;
  by: string;
  text: string;
  at: string;
}

export interface CannedDraft {
  name: string;
  text: string;
  shared: boolean;
}

/** A reply to say again; its text may hold {variables}. */
export interface CannedReply extends CannedDraft {
  id: number;
  by: string;
  editable: boolean;
}

export interface FaqContent {
  question: string;
  phrasings: string[];
  answer: string;
  tags: string[];
  department: string;
  language: string;
  valid_from: string | null;
  valid_until: string | null;
  tests: string[];
}

export interface FaqEntry extends FaqContent {
  id: string;
  version: number;
}

export interface FaqVersion {
  entry: FaqEntry;
  at: string;
  by: string | null;
  deleted: boolean;
}

export interface AnsweredBy {
  id: string;
  question: string;
}

/** A held-out question of the entry `id` that would get another answer. */
export interface LostQuestion {
  question: string;
  id: string;
  before: AnsweredBy | null;
  after: AnsweredBy | null;
}

/** A page of what a search has found. */
export interface FoundPage {
  found: { entry: QueueEntry; message: Message | null }[];
  before: string | null;
}

export interface Figures {
  hours: { since: string; asked: number; taken: number }[];
  median_wait: number | null;
  longest_wait: number | null;
  outcomes: Record<Outcome, number>;
  unsaid: number;
  returned: number;
  left: number;
  solved: number;
  not_solved: number;
  unanswered: number;
}

/** Somebody on the team, as colleagues see them; `email` only for admins. */
export interface Colleague {
  id: string;
  name: string;
  role: Agent["role"];
  presence: "present" | "away" | "gone";
  departments: string[];
  languages: string[];
  capacity: number;
  load: number;
  offers: number;
  last_seen_at: string | null;
  email?: string;
}

/** What an admin sets of an agent. */
export interface Skills {
  name: string;
  role: Agent["role"];
  departments: string[];
  languages: string[];
  capacity: number;
}

export interface ResetLink {
  link: string;
  until: string;
}

export interface Reading {
  id: number;
  at: string;
  agent_id: string;
  agent: string | null;
  /** The conversation it stood in; null where it was of the customer, or nobody is known any more. */
  handoff: string | null;
  by: "opened" | "found" | "queue" | "ended" | "promises" | "mentions" | "undelivered" | "readings";
  customer: string | null;
}

/** How many messages did not arrive, and when the latest did not. */
export interface Pile {
  count: number;
  latest: string | null;
}

/** One of ours that did not arrive ("out"), or a customer's that broke the bot ("in"). */
export interface Letter {
  box: "out" | "in";
  id: number;
  at: string;
  said_at: string;
  channel: string;
  customer: string;
  author: Message["author"];
  text: string;
  files: string[];
  state: "failed" | "unknown" | null;
  reason: string;
  attempts: number;
  handoff: string | null;
  number: number;
}

export interface LetterDone {
  at: string;
  deed: "sent_again" | "dismissed";
  agent: string;
  channel: string;
  customer: string;
  why: string | null;
}

export interface DeadLetters {
  count: number;
  letters: Letter[];
  done: LetterDone[];
}

/** What of the queue is shown; empty for any. */
export interface Filter {
  department: string;
  channel: string;
  language: string;
  reason: string;
}

export interface SavedFilter extends Filter {
  name: string;
}

export interface WrittenHours {
  hours: string;
  time_zone: string;
  holidays: string;
}

export interface HoursChange extends WrittenHours {
  by: string;
  at: string;
}

/** When people answer; without changes it is as the operator wrote it. */
export interface Hours extends WrittenHours {
  changes: HoursChange[];
  is_open: boolean;
  opens_at: string | null;
}
