// When people answer: everybody who leads sees it, admins set it.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, Refusal } from "../api";
import { momentOf } from "../clock";
import type { Hours, HoursChange } from "../protocol";
import { agent } from "../state";

const hours = signal<Hours | null>(null);
const setting = signal(false);
const refused = signal<string | null>(null);

export function OpeningHours() {
  useEffect(() => void api.hours().then((found) => (hours.value = found), () => undefined), []);
  const known = hours.value;
  if (known === null) return null;
  return (
    <section class="team-part" aria-labelledby="team-hours">
      <h2 id="team-hours">Hours</h2>
      {setting.value ? <Form known={known} /> : <Shown known={known} />}
    </section>
  );
}

function Shown({ known }: { known: Hours }) {
  const last = known.changes[0];
  return (
    <>
      <p>
        {known.hours}, {known.time_zone}. {known.is_open ? "Open now." : `Closed${known.opens_at ? `, opens ${momentOf(known.opens_at)}` : ""}.`}
      </p>
      <p>{known.holidays ? `Holidays: ${known.holidays}.` : "No holidays are set."}</p>
      <p class="detail">
        {last ? `Set by ${last.by}, ${momentOf(last.at)}.` : "Set by the operator."} The bot promises by them.
      </p>
      {agent.value?.role === "admin" && (
        <button id="set-hours" class="plain set-hours" type="button" onClick={() => (setting.value = true)}>
          Set hours
        </button>
      )}
      {known.changes.length > 1 && <Before changes={known.changes.slice(1)} />}
    </>
  );
}

function Before({ changes }: { changes: HoursChange[] }) {
  return (
    <details>
      <summary>Set before</summary>
      <ul class="plain-list">
        {changes.map((one) => (
          <li key={one.at} class="detail">
            {momentOf(one.at)}, {one.by}: {one.hours}, {one.time_zone}
            {one.holidays && `; holidays ${one.holidays}`}
          </li>
        ))}
      </ul>
    </details>
  );
}

function Form({ known }: { known: Hours }) {
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  async function submit(event: Event) {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const value = (name: string) => String(given.get(name) ?? "");
    refused.value = null;
    try {
      hours.value = await api.setHours({ hours: value("hours"), time_zone: value("zone"), holidays: value("holidays") });
      done();
    } catch (failure) {
      refused.value = failure instanceof Refusal ? failure.message : "Something went wrong. Please try again.";
    }
  }
  return (
    <form class="agent-form" onSubmit={submit} aria-label="Hours">
      <label for="hours-open">Open, such as Mon-Fri 09:00-17:30, Sat 10:00-16:00</label>
      <input id="hours-open" name="hours" defaultValue={known.hours} maxLength={1_000} required ref={first} />
      <label for="hours-zone">Time zone</label>
      <input id="hours-zone" name="zone" list="zones" defaultValue={known.time_zone} maxLength={100} required />
      <datalist id="zones">
        {Intl.supportedValuesOf("timeZone").map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <label for="hours-off">Holidays, such as 2026-12-24, 12-25; without a year: every year</label>
      <textarea id="hours-off" name="holidays" rows={2} maxLength={1_000} defaultValue={known.holidays} />
      <p class="refused" role="alert">
        {refused.value}
      </p>
      <div class="form-foot">
        <button class="plain" type="button" onClick={done}>
          Cancel
        </button>
        <button class="primary" type="submit">
          Save
        </button>
      </div>
    </form>
  );
}

/** Show them again, with the focus where it was before. */
function done(): void {
  setting.value = false;
  refused.value = null;
  requestAnimationFrame(() => document.querySelector<HTMLElement>("#set-hours")?.focus());
}
