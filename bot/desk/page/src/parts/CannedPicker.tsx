// The canned replies that what is typed after "/" finds, and what of a chosen one is still to be filled.
import { asked, choose, chosen, found, kept, markNext, unfilled } from "../canned";
import "./CannedPicker.css";

export const LIST = "canned-list";

export function optionId(place: number): string {
  return `canned-${place}`;
}

export function CannedPicker() {
  if (asked.value === null) return null;
  return (
    <div class="canned">
      <p class="canned-hint" role="status">
        {hint()}
      </p>
      <ul id={LIST} role="listbox" aria-label="Canned replies">
        {found.value.map((one, place) => (
          <li
            key={one.id}
            id={optionId(place)}
            role="option"
            aria-selected={chosen.value === place}
            onMouseDown={(event) => {
              event.preventDefault(); // the cursor stays in the composer
              choose(one);
            }}
          >
            <strong>{one.name}</strong> {!one.shared && <span class="channel">Yours</span>}
            <span class="canned-text">{one.text}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function hint(): string {
  if (kept.value === null) return "One moment…";
  if (kept.value.length === 0) return "There are no canned replies yet. Write some under Replies.";
  const count = found.value.length;
  return count === 0 ? "None fits. Escape closes this." : `${count} ${count === 1 ? "fits" : "fit"}. Arrows choose, Enter takes it.`;
}

/** What nobody has filled in; the reply is not sent before that is done. */
export function Unfilled({ text }: { text: string }) {
  const names = unfilled(text);
  if (names.length === 0) return null;
  return (
    <p class="unfilled" role="status">
      To fill in before this can be sent:{" "}
      {names.map((name) => (
        <code key={name}>{`{${name}}`}</code>
      ))}
      <button class="link" type="button" onClick={() => markNext()}>
        Mark the next one
      </button>
    </p>
  );
}
