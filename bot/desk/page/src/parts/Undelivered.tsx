// For leads: what did not arrive or broke the bot, each to be tried once more or dismissed with a reason.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { momentOf } from "../clock";
import type { Letter, LetterDone } from "../protocol";
import { follow, open, pathOf } from "../session";
import { pile } from "../state";
import { dead, deciding, dismiss, keyOf, load, refused, said, sendAgain } from "../undelivered";
import { channelName } from "../words";
import "./Undelivered.css";

const AUTHORS: Record<Letter["author"], string> = { agent: "from an agent", bot: "from the bot", customer: "from the customer" };

export function Undelivered() {
  const { count, latest } = pile.value;
  useEffect(() => void load(), [count, latest]);
  return (
    <main class="undelivered" aria-label="Undelivered">
      <section aria-labelledby="undelivered-title">
        <h2 id="undelivered-title" tabindex={-1}>
          Undelivered {dead.value !== null && <span class="count">{dead.value.count}</span>}
        </h2>
        <p class="undelivered-hint">
          Messages that failed or may not have arrived, and customers’ messages that broke the bot until a person was asked.
        </p>
        <p role="status">{said.value}</p>
        <p class="refused" role="alert">
          {refused.value}
        </p>
        <Letters />
      </section>
      <History />
    </main>
  );
}

function Letters() {
  const known = dead.value;
  if (known === null) return <p>One moment…</p>;
  if (known.letters.length === 0) return <p>Everything has arrived.</p>;
  return (
    <>
      <ul class="letters">
        {known.letters.map((letter) => (
          <Row key={keyOf(letter)} letter={letter} />
        ))}
      </ul>
      {known.count > known.letters.length && <p>These are the latest {known.letters.length} of {known.count}.</p>}
    </>
  );
}

function Row({ letter }: { letter: Letter }) {
  return (
    <li class="letter" data-state={letter.state ?? "broke"}>
      <h3>
        {letter.handoff === null ? (
          letter.customer
        ) : (
          <a href={pathOf(letter.handoff, letter.number)} onClick={(event) => follow(event, () => open(letter.handoff, letter.number))}>
            {letter.customer}
          </a>
        )}
        <span class="letter-state">{stateOf(letter)}</span>
      </h3>
      <p class="letter-place">
        {channelName(letter.channel)}, {AUTHORS[letter.author]} · {momentOf(letter.at)} · {letter.attempts} {letter.attempts === 1 ? "attempt" : "attempts"}
      </p>
      <blockquote>{[letter.text, ...letter.files].filter((part) => part !== "").join(" · ")}</blockquote>
      <p class="letter-reason">{letter.reason}</p>
      <Choices letter={letter} />
    </li>
  );
}

function stateOf(letter: Letter): string {
  if (letter.box === "in") return "Not handled";
  return letter.state === "unknown" ? "May have arrived" : "Failed";
}

function Choices({ letter }: { letter: Letter }) {
  const doing = deciding.value?.key === keyOf(letter) ? deciding.value.doing : null;
  if (doing === "dismiss") return <Reason letter={letter} />;
  if (doing === "send") return <Twice letter={letter} />;
  const ask = (next: "send" | "dismiss") => (deciding.value = { key: keyOf(letter), doing: next });
  return (
    <div class="letter-foot">
      {letter.box === "out" && (
        <button
          class="plain"
          type="button"
          aria-label={`Send again: ${letter.customer}`}
          onClick={() => (letter.state === "unknown" ? ask("send") : void sendAgain(letter))}
        >
          Send again
        </button>
      )}
      <button class="quiet" type="button" aria-label={`Dismiss: ${letter.customer}`} onClick={() => ask("dismiss")}>
        Dismiss
      </button>
    </div>
  );
}

/** Asked before one is sent again that may have arrived. */
function Twice({ letter }: { letter: Letter }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => button.current?.focus(), []);
  return (
    <div class="letter-ask" role="group" aria-label="Send it again?">
      <p>It may have arrived already. Sent again, it may come twice.</p>
      <div class="letter-foot">
        <button class="primary" type="button" ref={button} onClick={() => void sendAgain(letter)}>
          Send again anyway
        </button>
        <button class="quiet" type="button" onClick={() => (deciding.value = null)}>
          Leave it
        </button>
      </div>
    </div>
  );
}

function Reason({ letter }: { letter: Letter }) {
  const field = `why-${keyOf(letter)}`;
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  function submit(event: Event) {
    event.preventDefault();
    void dismiss(letter, String(new FormData(event.target as HTMLFormElement).get("why") ?? ""));
  }
  return (
    <form class="letter-ask" onSubmit={submit} onKeyDown={(event) => event.key === "Escape" && (deciding.value = null)}>
      <label for={field}>Why is nothing more to be done?</label>
      <input id={field} name="why" type="text" required maxLength={500} ref={input} />
      <div class="letter-foot">
        <button class="primary" type="submit">
          Dismiss
        </button>
        <button class="quiet" type="button" onClick={() => (deciding.value = null)}>
          Leave it
        </button>
      </div>
    </form>
  );
}

function History() {
  const all = dead.value?.done ?? [];
  if (all.length === 0) return null;
  return (
    <section aria-labelledby="undelivered-done">
      <h2 id="undelivered-done">What was done</h2>
      <ul class="letters-done">
        {all.map((one) => (
          <li key={`${one.at} ${one.deed} ${one.customer}`}>{inWords(one)}</li>
        ))}
      </ul>
    </section>
  );
}

function inWords(one: LetterDone): string {
  const what = one.deed === "sent_again" ? "sent a message again" : "dismissed a message";
  const why = one.why === null ? "" : `: “${one.why}”`;
  return `${momentOf(one.at)} · ${one.agent} ${what} (${one.customer}, ${channelName(one.channel)})${why}`;
}
