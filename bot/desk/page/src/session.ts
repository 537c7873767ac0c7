// Signing in and out, and which conversation is open: the page's address says it, so links and the back key work.
import { batch, effect } from "@preact/signals";
import { api } from "./api";
import { hangUp, listen } from "./live";
import * as state from "./state";

const PLACE = /^\/desk\/h\/([A-Za-z0-9_-]{1,64})\/?$/;

export function start(): void {
  window.addEventListener("popstate", fromAddress);
  effect(() => {
    const count = state.agent.value ? state.waiting.value.length : 0;
    document.title = `${count > 0 ? `(${count}) ` : ""}Desk · Threadkeeper`;
  });
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
  });
}

export function pathOf(id: string | null): string {
  return id === null ? "/desk/" : `/desk/h/${id}`;
}

/** Open a conversation (or none), with its own entry in the browser's history. */
export function open(id: string | null): void {
  if (id !== state.openId.value) history.pushState(null, "", pathOf(id));
  enterPlace(id);
}

function enter(agent: NonNullable<typeof state.agent.value>): void {
  state.agent.value = agent;
  state.openId.value = null;
  enterPlace(placeInAddress(), true);
}

function fromAddress(): void {
  if (state.agent.value) enterPlace(placeInAddress());
}

function placeInAddress(): string | null {
  return PLACE.exec(location.pathname)?.[1] ?? null;
}

function enterPlace(id: string | null, anew = false): void {
  batch(() => {
    state.pane.value = id === null ? "queue" : "conversation";
    if (id === state.openId.value && !anew) return;
    state.openId.value = id;
    state.conversation.value = null;
    state.thread.value = [];
    state.gone.value = false;
    state.composing.value = "reply";
    listen(id);
  });
}
