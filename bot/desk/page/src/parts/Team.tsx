// The team, for leads: who is there with how much, what goes on, and who read what; for admins, who may do what.
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, Refusal } from "../api";
import { momentOf, since } from "../clock";
import type { Colleague, Figures, Reading } from "../protocol";
import { follow, open, pathOf } from "../session";
import { agent, dialog, notice, overdue, queue, waiting } from "../state";
import { Bars } from "./Bars";
import { OpeningHours } from "./OpeningHours";
import { People } from "./People";
import "./Team.css";

const AGAIN = 15_000;
const PRESENCES = { present: "Here", away: "Away", gone: "Not here" } as const;

const team = signal<Colleague[] | null>(null);
const figures = signal<Figures | null>(null);
const readings = signal<Reading[] | null>(null);

async function load(): Promise<void> {
  try {
    [team.value, figures.value] = await Promise.all([api.team(), api.figures()]);
  } catch (failure) {
    if (failure instanceof Refusal) notice.value = failure.message;
  }
}

export function Team() {
  const changed = queue.value;
  useEffect(() => void load(), [changed]);
  useEffect(() => {
    const timer = window.setInterval(() => void load(), AGAIN);
    return () => window.clearInterval(timer);
  }, []);
  return (
    <main class="team" aria-label="Team">
      <Now />
      <Here />
      <Week />
      <OpeningHours />
      {agent.value?.role === "admin" && <People changed={load} />}
      <Readings />
    </main>
  );
}

function Now() {
  const oldest = waiting.value[0];
  return (
    <section class="team-part" aria-labelledby="team-now">
      <h2 id="team-now">Now</h2>
      <dl class="numbers">
        <Number title="Waiting" value={String(waiting.value.length)} />
        <Number title="Longest waiting" value={oldest ? since(oldest.requested_at) : "–"} />
        <Number title="Agents here" value={String((team.value ?? []).filter((one) => one.presence === "present").length)} />
        <Number title="Promises broken" value={String(overdue.value.length)} />
      </dl>
      {overdue.value.length > 0 && (
        <button class="plain" type="button" onClick={() => (dialog.value = "owed")}>
          Show what is owed
        </button>
      )}
    </section>
  );
}

function Number({ title, value }: { title: string; value: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Here() {
  return (
    <section class="team-part" aria-labelledby="team-here">
      <h2 id="team-here">Who is here</h2>
      <div class="scrolled" tabindex={0} role="group" aria-label="Who is here, as a table">
        <table>
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Is</th>
              <th scope="col">Has</th>
              <th scope="col">Knows</th>
            </tr>
          </thead>
          <tbody>
            {(team.value ?? []).map((one) => (
              <tr key={one.id}>
                <th scope="row">{one.name}</th>
                <td data-presence={one.presence}>
                  {PRESENCES[one.presence]}
                  {one.presence === "gone" && one.last_seen_at && `, last ${momentOf(one.last_seen_at)}`}
                </td>
                <td>
                  <meter min={0} max={Math.max(one.capacity, one.load, 1)} value={one.load} aria-label={`Load of ${one.name}`} />{" "}
                  {one.load} of {one.capacity}
                  {one.offers > 0 && `, offered ${one.offers}`}
                </td>
                <td>{[...one.departments, ...one.languages].join(", ") || "anything"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function Week() {
  const known = figures.value;
  if (known === null) return null;
  const ended = [
    ["Solved", known.outcomes.solved],
    ["Not solved", known.outcomes.not_solved],
    ["No answer any more", known.outcomes.no_answer],
    ["Goes on elsewhere", known.outcomes.elsewhere],
    ["Nothing to do", known.outcomes.no_matter],
    ["Resolved, not said how", known.unsaid],
    ["Returned to the bot", known.returned],
    ["Left before anyone came", known.left],
  ] as const;
  return (
    <>
      <section class="team-part" aria-labelledby="team-day">
        <h2 id="team-day">Last 24 hours</h2>
        <Bars
          title="Requests for a person by the hour"
          bars={known.hours.map((hour) => ({ label: clockOf(hour.since), value: hour.asked, part: Math.min(hour.taken, hour.asked) }))}
        />
        <dl class="numbers">
          <Number title="Usual wait" value={lengthOf(known.median_wait)} />
          <Number title="Longest wait" value={lengthOf(known.longest_wait)} />
        </dl>
      </section>
      <section class="team-part" aria-labelledby="team-week">
        <h2 id="team-week">Last 7 days</h2>
        <ul class="shares">
          {ended.map(([title, count]) => (
            <li key={title}>
              <span>{title}</span> <Share count={count} of={Math.max(...ended.map((one) => one[1]), 1)} /> <b>{count}</b>
            </li>
          ))}
        </ul>
        <p>
          Asked whether it is solved, {known.solved} said yes and {known.not_solved} no; {known.unanswered} have not answered.
        </p>
      </section>
    </>
  );
}

function Share({ count, of }: { count: number; of: number }) {
  return (
    <svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect width={(100 * count) / of} height="8" rx="2" />
    </svg>
  );
}

function Readings() {
  async function show() {
    readings.value = await api.readings().catch(() => null);
  }
  return (
    <section class="team-part" aria-labelledby="team-read">
      <h2 id="team-read">Who saw what of whom</h2>
      {readings.value === null ? (
        <button class="plain" type="button" onClick={() => void show()}>
          Show the latest 100
        </button>
      ) : (
        <ul class="readings">
          {readings.value.map((one) => (
            <li key={one.id}>
              {momentOf(one.at)} · {one.agent ?? one.agent_id} {SAW[one.by]}
              {one.by !== "readings" && <Whose one={one} />}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

const SAW: Record<Reading["by"], string> = {
  opened: "opened",
  found: "found",
  queue: "saw in the queue",
  ended: "saw among what has ended",
  promises: "saw among the promises",
  mentions: "was called to",
  undelivered: "saw among what did not arrive",
  readings: "looked at these lines",
};

function Whose({ one }: { one: Reading }) {
  const { handoff, customer } = one;
  if (customer === null) return <> · a customer whose data was erased</>;
  if (handoff === null) return <> · {customer}</>;
  return (
    <>
      {" · "}
      <a href={pathOf(handoff)} onClick={(event) => follow(event, () => open(handoff))}>
        {customer}
      </a>
    </>
  );
}

function clockOf(iso: string): string {
  return new Date(iso).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
}

function lengthOf(seconds: number | null): string {
  if (seconds === null) return "–";
  if (seconds < 60) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
