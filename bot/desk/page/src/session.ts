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
    state.offer.value = null;
    state.found.value = null;
    state.sought.value = "";
    state.tab.value = "open";
    saved.value = [];
    filter.value = ANY;
  });
}

const CANNED_PLACE = "/desk/replies";
export const TEAM_PLACE = "/desk/team";

/** Where a conversation is, or a message in it. */
export function pathOf(id: string | null, number?: number): string {
  return id === null ? "/desk/" : `/desk/h/${id}${number === undefined ? "" : `#message-${number}`}`;
}

export function faqPathOf(id: string | null): string {
  return id === null ? "/desk/faq" : `/desk/faq/${id}`;
}

/** Open a conversation (or none), at a message of it if one is given, with its own entry in the browser's history. */
export function open(id: string | null, number?: number): void {
  if (id !== state.openId.value || state.faqPlace.value !== undefined || state.writingCanned.value || state.atTeam.value) history.pushState(null, "", pathOf(id, number));
  state.faqPlace.value = undefined;
  state.writingCanned.value = false;
  state.atTeam.value = false;
  enterPlace(id);
  if (id !== null && number !== undefined) state.wanted.value = { id, number };
}

/** Open the screen where canned replies are written. */
export function openCanned(): void {
  if (!state.writingCanned.value) history.pushState(null, "", CANNED_PLACE);
  state.faqPlace.value = undefined;
  state.writingCanned.value = true;
  state.atTeam.value = false;
}

/** Open the screen of the team, for leads and admins. */
export function openTeam(): void {
  if (!state.leads.value) return;
  if (!state.atTeam.value) history.pushState(null, "", TEAM_PLACE);
  state.faqPlace.value = undefined;
  state.writingCanned.value = false;
  state.atTeam.value = true;
}

/** Open the FAQ: its list, an entry, or the form for a new one. */
export function openFaq(id: string | null): void {
  if (id !== state.faqPlace.value) history.pushState(null, "", faqPathOf(id));
  state.faqPlace.value = id;
  state.writingCanned.value = false;
  state.atTeam.value = false;
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
  state.faqPlace.value = faqPlaceInAddress();
  state.writingCanned.value = location.pathname === CANNED_PLACE;
  state.atTeam.value = location.pathname === TEAM_PLACE && state.leads.value;
  enterPlace(placeInAddress(), true);
  leadToMessage();
}

function fromAddress(): void {
  if (!state.agent.value) return;
  state.faqPlace.value = faqPlaceInAddress();
  state.writingCanned.value = location.pathname === CANNED_PLACE;
  state.atTeam.value = location.pathname === TEAM_PLACE && state.leads.value;
  if (state.faqPlace.value === undefined && !state.writingCanned.value && !state.atTeam.value) enterPlace(placeInAddress());
  leadToMessage();
}

function leadToMessage(): void {
  const [id, number] = [placeInAddress(), messageInAddress()];
  if (id !== null && number !== undefined) state.wanted.value = { id, number };
}

function faqPlaceInAddress(): string | null | undefined {
  const found = FAQ_PLACE.exec(location.pathname);
  return found === null ? undefined : (found[1] ?? null);
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
