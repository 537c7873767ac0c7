// Tells an agent that something happened: a count in the title, and if they like a sound and a browser notification.
import { computed, effect, signal } from "@preact/signals";
import type { QueueEntry } from "./protocol";
import { open } from "./session";
import { agent, mine, openId, queue, thread, waiting } from "./state";
import { nameOf } from "./words";

const SOUND = "threadkeeper.desk.sound";
const NOTIFICATIONS = "threadkeeper.desk.notifications";
const SEEN = "threadkeeper.desk.seen";
const SECONDS = 0.18;

export const soundOn = signal(localStorage.getItem(SOUND) === "on");
export const notificationsOn = signal(localStorage.getItem(NOTIFICATIONS) === "on" && mayNotify());

const seeing = signal(document.visibilityState === "visible");
/** The last message that this agent has had before their eyes, by conversation. */
const seen = signal<Record<string, number>>(JSON.parse(sessionStorage.getItem(SEEN) ?? "{}"));

/** Whether a customer of this agent has written what they have not looked at yet. */
export function isUnread(entry: QueueEntry): boolean {
  const last = entry.last_message;
  if (last === null || entry.agent?.id !== agent.value?.id || entry.unanswered === 0) return false;
  return last.author === "customer" && last.number > (seen.value[entry.id] ?? 0);
}

export const unread = computed(() => mine.value.filter(isUnread).length);

export function setSound(on: boolean): void {
  soundOn.value = on;
  localStorage.setItem(SOUND, on ? "on" : "off");
  if (on) ring();
}

/** Asks the browser for leave; whether notifications will come now. */
export async function setNotifications(on: boolean): Promise<boolean> {
  const granted = on && "Notification" in window && (await Notification.requestPermission()) === "granted";
  notificationsOn.value = granted;
  localStorage.setItem(NOTIFICATIONS, granted ? "on" : "off");
  return granted;
}

export function watchForNews(): void {
  document.addEventListener("visibilitychange", () => (seeing.value = document.visibilityState === "visible"));
  effect(() => {
    const count = agent.value ? waiting.value.length + unread.value : 0;
    document.title = `${count > 0 ? `(${count}) ` : ""}Desk · Threadkeeper`;
  });
  effect(() => {
    const id = openId.value;
    const last = thread.value.at(-1)?.number;
    if (id === null || last === undefined || !seeing.value) return;
    if ((seen.peek()[id] ?? 0) >= last) return;
    seen.value = { ...seen.peek(), [id]: last };
    sessionStorage.setItem(SEEN, JSON.stringify(seen.peek()));
  });
  let before: QueueEntry[] | null = null;
  effect(() => {
    const entries = queue.value;
    const news = before === null || entries === null ? [] : entries.filter((entry) => isNews(entry, before ?? []));
    before = entries;
    if (news.length > 0) tell(news);
  });
}

/** Somebody new who waits, or a new word of one's own customer who is not being looked at. */
function isNews(entry: QueueEntry, before: QueueEntry[]): boolean {
  const known = before.find((one) => one.id === entry.id);
  const isMine = entry.agent !== null && entry.agent.id === agent.peek()?.id;
  if (!isMine) return known === undefined && entry.agent === null;
  const looksAtIt = openId.peek() === entry.id && document.visibilityState === "visible";
  const last = entry.last_message;
  return !looksAtIt && last?.author === "customer" && last.number > (known?.last_message?.number ?? 0);
}

function tell(news: QueueEntry[]): void {
  if (soundOn.peek()) ring();
  if (!notificationsOn.peek() || document.visibilityState === "visible") return;
  for (const entry of news) {
    const what = entry.agent === null ? "waits for a person." : "has written.";
    const shown = new Notification("Desk · Threadkeeper", { body: `${nameOf(entry.customer)} ${what}`, tag: entry.id });
    shown.onclick = () => {
      window.focus();
      open(entry.id);
      shown.close();
    };
  }
}

/** Two short soft tones, made here so that nothing has to be loaded. */
function ring(): void {
  const audio = new AudioContext();
  [660, 880].forEach((pitch, place) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const from = audio.currentTime + place * SECONDS;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.12, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + SECONDS);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + SECONDS);
  });
  window.setTimeout(() => void audio.close(), 1000);
}

function mayNotify(): boolean {
  return "Notification" in window && Notification.permission === "granted";
}
