// Times as people read them. `now` follows the server's clock and ticks every few seconds.
import { now } from "./state";

const TICK = 10_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let ahead = 0; // milliseconds by which the server's clock is ahead of this computer's

const timeFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const dayFormat = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long" });
const yearFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });
const shortFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });

setInterval(tick, TICK);

export function setServerTime(iso: string): void {
  ahead = Date.parse(iso) - Date.now();
  tick();
}

/** The server's time now, in milliseconds; `now` is the same but ticks slowly. */
export function serverNow(): number {
  return Date.now() + ahead;
}

export function timeOf(iso: string): string {
  return timeFormat.format(new Date(iso));
}

export function dateOf(iso: string): string {
  return shortFormat.format(new Date(iso));
}

/** "Today", "Yesterday", "Monday 16 November", "16 November 2025". */
export function dayOf(iso: string): string {
  const day = new Date(iso);
  const daysAgo = Math.round((midnight(new Date(now.value)) - midnight(day)) / DAY);
  if (daysAgo === 0) return "Today";
  if (daysAgo === 1) return "Yesterday";
  return daysAgo < 200 ? dayFormat.format(day) : yearFormat.format(day);
}

/** How long ago, in the fewest words: "now", "4 min", "3 h", "2 days". */
export function since(iso: string): string {
  const passed = now.value - Date.parse(iso);
  const minutes = Math.floor(passed / MINUTE);
  if (minutes < 1) return "now";
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.floor(hours / 24)} days`;
}

/** A moment with its day, as in "today 17:30" or "Monday 16 November, 10:00". */
export function momentOf(iso: string): string {
  const day = dayOf(iso);
  const tomorrow = midnight(new Date(iso)) - midnight(new Date(now.value)) === DAY;
  if (tomorrow) return `tomorrow ${timeOf(iso)}`;
  return day === "Today" || day === "Yesterday" ? `${day.toLowerCase()} ${timeOf(iso)}` : `${day}, ${timeOf(iso)}`;
}

/** A moment as a form's field has it, in this computer's time zone: "2026-12-01T09:00". */
export function fieldTime(iso: string | null): string {
  if (iso === null) return "";
  const time = new Date(iso);
  return new Date(time.getTime() - time.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function tick(): void {
  now.value = Date.now() + ahead;
}
