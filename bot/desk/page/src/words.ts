// Our names for the API's codes, as agents read them.
import type { Conversation, Delivery, HandoffState, Message, Mood, Outcome, PastCase, Person, Reason } from "./protocol";

export const STATES: Record<HandoffState, string> = {
  requested: "Waiting",
  queued: "Waiting",
  offered: "Offered",
  accepted: "No reply yet",
  active: "Talking",
  returned: "Returned to bot",
  resolved: "Resolved",
  abandoned: "Left",
};

export const REASONS: Record<Reason, string> = {
  asked_for_person: "Asked for a person",
  misunderstood: "Not understood",
  rejected_answers: "Answers did not help",
  distress: "Upset or in distress",
  repetition: "Said it three times",
  form_failed: "Task not finished",
  legal: "Legal matter",
  injury: "Injury or safety",
  fraud: "Fraud",
  payment_dispute: "Payment dispute",
  bereavement: "Bereavement",
  press: "Press",
  broken_promise: "Broken promise",
  valued_complaint: "Valued customer complains",
  not_solved: "Not solved after all",
  agent_took_over: "Taken over",
  poison_message: "Message not handled",
};

export const OUTCOMES: Record<Exclude<PastCase["outcome"], null>, string> = {
  solved: "Solved, confirmed",
  solved_assumed: "Done, not confirmed",
  handed_over: "With the team",
  abandoned: "Left unfinished",
  came_back: "Open again",
};

/** What an agent says a conversation has come to. */
export const ENDINGS: Record<Outcome, string> = {
  solved: "Solved",
  not_solved: "Not solved",
  no_answer: "No answer any more",
  elsewhere: "Goes on elsewhere",
  no_matter: "Nothing to do",
};

export const MOODS: Record<Mood, string> = {
  thanks: "Thanks",
  rejection: "Did not help",
  anger: "Angry",
  distress: "In distress",
};

export const DELIVERIES: Partial<Record<Delivery, string>> = {
  pending: "On its way",
  sending: "On its way",
  sent: "Delivered",
  failed: "Could not be delivered",
  unknown: "May not have arrived",
  held: "Waits: they asked for quiet now",
  withheld: "Held back: a person had taken over",
};

const CHANNELS: Record<string, string> = { web: "Website", telegram: "Telegram", email: "E-mail", rest: "API", chat: "Terminal" };

export function channelName(channel: string): string {
  return CHANNELS[channel] ?? channel.charAt(0).toUpperCase() + channel.slice(1);
}

export function nameOf(person: Person): string {
  return person.name ?? person.email ?? `Visitor ${person.id.slice(0, 6)}`;
}

export function speaker(message: Message, view: Conversation, me: string | undefined): string {
  if (message.author === "customer") return nameOf(view.customer);
  if (message.author === "bot") return "Bot";
  return message.agent_name === me ? "You" : (message.agent_name ?? "A colleague");
}

export function isClosed(state: HandoffState): boolean {
  return state === "returned" || state === "resolved" || state === "abandoned";
}
