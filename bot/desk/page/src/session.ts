// Signing in and out, and which conversation is open: the page's address says it, so links and the back key work.
import { batch } from "@preact/signals";
import { api } from "./api";
import { hangUp, listen } from "./live";
import { ANY, filter } from "./filters";
import { loadFilters, saved } from "./savedFilters";
import * as state from "./state";

const PLACE = /^\/desk\/h\/([A-Za-z0-9_-]{1,64})\/?$/;
const MESSAGE = /^#message-(\d{1,9})$/;
const FAQ_PLACE = /^\/desk\/faq(?:\/(\+new|[a-z0-9_-]{1,80}))?\/?$/;

export function start(): void {
  window.addEventListener("popstate", fromAddress);
  void api.me().then(enter, () => (state.agent.value = null));
}

export async function signIn(email: string, password: string): Promise<void> {
  enter((await api.login(email, password)).agent);
}

export async function signOut(): Promise<void> {
  hangUp();
  await api.logout().catch(() => undefined); // the session may have ended already
  batch(() => {
    state.agent.value = null;
    state.queue.value = null;
    state.closed.value = null;
    state.conversation.value = null;
    state.thread.value = [];
    state.owed.value = [];
    state.pile.value = { count: 0, latest: null };
    state.offer.value = null;
    state.found.value = null;
    state.sought.value = "";
    state.tab.value = "open";
    saved.value = [];
    filter.value = ANY;
  });
}

/** Where each screen is that has one address. */
export const PLACES = { replies: "/desk/replies", team: "/desk/team", undelivered: "/desk/undelivered" } as const;
type Place = keyof typeof PLACES;
const FOR_LEADS: state.Screen[] = ["team", "undelivered"];

/** Where a conversation is, or a message in it. */
export function pathOf(id: string | null, number?: number): string {
  return id === null ? "/desk/" : `/desk/h/${id}${number === undefined ? "" : `#message-${number}`}`;
}

export function faqPathOf(id: string | null): string {
  return id === null ? "/desk/faq" : `/desk/faq/${id}`;
}

/** Open a conversation (or none), at a message of it if one is given, with its own entry in the browser's history. */
export function open(id: string | null, number?: number): void {
  if (id !== state.openId.value || state.screen.value !== "conversations") history.pushState(null, "", pathOf(id, number));
  state.screen.value = "conversations";
  enterPlace(id);
  if (id !== null && number !== undefined) state.wanted.value = { id, number };
}

/** Open a screen that has one address, if it is for whoever is signed in. */
export function openScreen(place: Place): void {
  if (FOR_LEADS.includes(place) && !state.leads.value) return;
  if (state.screen.value !== place) history.pushState(null, "", PLACES[place]);
  state.screen.value = place;
}

/** Open the FAQ: its list, an entry, or the form for a new one. */
export function openFaq(id: string | null): void {
  if (state.screen.value !== "faq" || id !== state.faqPlace.value) history.pushState(null, "", faqPathOf(id));
  state.screen.value = "faq";
  state.faqPlace.value = id;
}

/** Go where a link leads without loading the page anew, unless a new tab or window was asked for. */
export function follow(event: MouseEvent, go: () => void): void {
  if (event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  go();
}

function enter(agent: NonNullable<typeof state.agent.value>): void {
  state.agent.value = agent;
  void loadFilters();
  state.openId.value = null;
  readScreen();
  enterPlace(placeInAddress(), true);
  leadToMessage();
}

function fromAddress(): void {
  if (!state.agent.value) return;
  readScreen();
  if (state.screen.value === "conversations") enterPlace(placeInAddress());
  leadToMessage();
}

function leadToMessage(): void {
  const [id, number] = [placeInAddress(), messageInAddress()];
  if (id !== null && number !== undefined) state.wanted.value = { id, number };
}

/** Show the screen that the address names. */
function readScreen(): void {
  const faq = FAQ_PLACE.exec(location.pathname);
  const places = Object.keys(PLACES) as Place[];
  const place = places.find((one) => PLACES[one] === location.pathname && (state.leads.value || !FOR_LEADS.includes(one)));
  state.screen.value = faq === null ? (place ?? "conversations") : "faq";
  state.faqPlace.value = faq?.[1] ?? null;
}

function placeInAddress(): string | null {
  return PLACE.exec(location.pathname)?.[1] ?? null;
}

/** The message that the address leads to, beside the conversation. */
function messageInAddress(): number | undefined {
  const number = MESSAGE.exec(location.hash)?.[1];
  return number === undefined ? undefined : Number(number);
}

function enterPlace(id: string | null, anew = false): void {
  batch(() => {
    state.pane.value = id === null ? "queue" : "conversation";
    if (id === state.openId.value && !anew) return;
    state.openId.value = id;
    state.conversation.value = null;
    state.thread.value = [];
    state.wanted.value = null;
    state.gone.value = false;
    state.offer.value = null;
    state.composing.value = "reply";
    listen(id);
  });
}
