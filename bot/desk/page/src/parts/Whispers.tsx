// What the bot whispers to the agent about the message that waits for an answer.
import { thread } from "../state";
import { type Hint, hints, putAway, use, whisper } from "../whispers";
import { Jump } from "./Jump";
import "./Whispers.css";

export function Whispers() {
  const number = whisper.value?.number;
  if (number === undefined) return null;
  const about = thread.value.find((message) => message.number === number)?.text ?? "";
  return (
    <section class="whispers" aria-label="What the bot would say">
      <div class="whispers-head">
        <p>
          The bot, to you only, about <q>{about.length > 60 ? `${about.slice(0, 60)}…` : about}</q>
        </p>
        <button class="quiet" type="button" onClick={putAway}>
          Hide
        </button>
      </div>
      <ol>
        {hints.value.map((hint, place) => (
          <li key={`${hint.kind} ${hint.title}`}>
            <Line hint={hint} place={place} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Line({ hint, place }: { hint: Hint; place: number }) {
  const key = String(place + 1);
  return (
    <>
      <button
        class="whisper"
        type="button"
        title={hint.words}
        aria-keyshortcuts={`${key} Alt+${key}`}
        onClick={() => use(place)}
      >
        <kbd aria-hidden="true">{key}</kbd>
        <span class="whisper-title">{hint.title}</span>
        <span class="whisper-kind">{hint.kind}</span>
      </button>
      {hint.number !== null && <Jump number={hint.number} />}
    </>
  );
}
