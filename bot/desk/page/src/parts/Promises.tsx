// Promises to customers: those of the open conversation, those in the reply just sent, and all that is owed.
import { momentOf } from "../clock";
import { recordPromises } from "../moves";
import type { Owed, Pledge } from "../protocol";
import { follow, open, pathOf } from "../session";
import { agent, closing, dialog, dueSoon, mayClose, now, offer, openId, overdue, owed } from "../state";
import { channelName } from "../words";
import { Jump } from "./Jump";
import "./Promises.css";

/** The promises of the open conversation, with the way to close each. */
export function Promises({ promises }: { promises: Pledge[] }) {
  return (
    <ul class="plain-list">
      {promises.map((promise) => (
        <li key={promise.id}>
          <p>{promise.text}</p>
          <p class="detail">
            <Standing promise={promise} /> · {owner(promise)}
            {promise.channel !== null && ` · ${channelName(promise.channel)}`}
            {promise.number !== null && (
              <>
                {" "}
                · <Jump number={promise.number} />
              </>
            )}
          </p>
          <Evidence promise={promise} />
          {isOwed(promise) && mayClose(promise) && (
            <button class="plain" type="button" aria-label={`Kept… ${promise.text}`} onClick={() => close(promise)}>
              Kept…
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What the reply just sent promises, offered to be recorded. */
export function PromiseOffer() {
  const made = offer.value;
  if (made === null || made.id !== openId.value) return null;
  return (
    <div class="promise-offer" role="status">
      {made.found.map((found) => (
        <p key={found.text}>
          You promised: “{found.text}” <strong>Due {momentOf(found.due_at)}.</strong>
        </p>
      ))}
      <button class="primary" type="button" aria-keyshortcuts="p" onClick={() => void recordPromises()}>
        Record <kbd aria-hidden="true">p</kbd>
      </button>
      <button class="quiet" type="button" onClick={() => (offer.value = null)}>
        Not a promise
      </button>
    </div>
  );
}

/** In the bar: how much is broken and due soon; leads to the list. */
export function OwedButton() {
  const broken = overdue.value.length;
  const soon = dueSoon.value.length;
  const words = broken > 0 ? `${broken} broken` : soon > 0 ? `${soon} due soon` : `${owed.value.length}`;
  return (
    <button
      class="quiet owed-button"
      type="button"
      data-broken={broken > 0}
      aria-keyshortcuts="o"
      aria-label={`Promises: ${words === `${owed.value.length}` ? `${words} open` : words}`}
      onClick={() => (dialog.value = "owed")}
    >
      Promises <span class="count">{words}</span>
    </button>
  );
}

/** Says aloud what is due soon, once each time that changes. */
export function Reminder() {
  const next = dueSoon.value[0];
  return (
    <p class="unseen" role="status">
      {next ? `Due soon, ${momentOf(next.due_at)}: ${next.text}` : ""}
    </p>
  );
}

/** All that is owed: broken first, then by when it is due. */
export function OwedList() {
  if (owed.value.length === 0) return <p>Nothing is owed to anybody just now.</p>;
  const sorted = [...owed.value].sort((a, b) => Number(b.state === "broken") - Number(a.state === "broken"));
  return (
    <ul class="plain-list owed-list">
      {sorted.map((promise) => (
        <li key={promise.id}>
          <p>
            <To promise={promise} />: {promise.text}
          </p>
          <p class="detail">
            <Standing promise={promise} /> · {owner(promise)}
            {promise.channel !== null && ` · ${channelName(promise.channel)}`}
          </p>
          {mayClose(promise) && (
            <button class="plain" type="button" aria-label={`Kept… ${promise.text}`} onClick={() => close(promise)}>
              Kept…
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function To({ promise }: { promise: Owed }) {
  const name = promise.customer ?? "A visitor";
  const id = promise.handoff;
  if (id === null) return <>{name}</>;
  function go() {
    dialog.value = null;
    open(id);
  }
  return (
    <a href={pathOf(id)} onClick={(event) => follow(event, go)}>
      {name}
    </a>
  );
}

function Standing({ promise }: { promise: Pledge }) {
  if (promise.closed_at !== null) return <>{`${ENDS[promise.state]} ${momentOf(promise.closed_at)}`}</>;
  const late = promise.state === "broken" || Date.parse(promise.due_at) < now.value;
  return <span class={late ? "overdue" : ""}>{`${late ? "Broken: was due" : "Due"} ${momentOf(promise.due_at)}`}</span>;
}

function Evidence({ promise }: { promise: Pledge }) {
  if (promise.kept_in === null && promise.why === null && promise.told_in === null) return null;
  return (
    <p class="detail">
      {promise.kept_in !== null && <Jump number={promise.kept_in} title={`${ended(promise)} message ${promise.kept_in}`} />}
      {promise.kept_in !== null && promise.why !== null && " "}
      {promise.why !== null && promise.why}
      {promise.told_in !== null && (
        <>
          {" "}
          <Jump number={promise.told_in} title={`told in message ${promise.told_in}`} />
        </>
      )}
    </p>
  );
}

const ENDS: Record<Pledge["state"], string> = {
  open: "Open",
  broken: "Broken",
  kept: "Kept",
  kept_late: "Kept late",
  cancelled: "Cancelled",
};

function ended(promise: Pledge): string {
  return promise.state === "cancelled" ? "cancelled in" : "kept by";
}

function owner(promise: Pledge): string {
  return promise.owner === agent.value?.id ? "you" : (promise.owner_name ?? "a colleague");
}

function isOwed(promise: Pledge): boolean {
  return promise.state === "open" || promise.state === "broken";
}

function close(promise: Pledge): void {
  closing.value = promise;
  dialog.value = "evidence";
}
