// The notes that call this agent: how many, which ones, and picking a colleague to call.
import { momentOf } from "../clock";
import { asked, choose, chosen, found, mentions } from "../mentions";
import { follow, open, pathOf } from "../session";
import { dialog } from "../state";

export const MENTION_LIST = "mention-list";

export function mentionId(place: number): string {
  return `mention-${place}`;
}

export function MentionPicker() {
  if (asked.value === null || found.value.length === 0) return null;
  return (
    <div class="canned">
      <ul id={MENTION_LIST} role="listbox" aria-label="Colleagues">
        {found.value.map((name, place) => (
          <li
            key={name}
            id={mentionId(place)}
            role="option"
            aria-selected={chosen.value === place}
            onMouseDown={(event) => {
              event.preventDefault(); // the cursor stays in the composer
              choose(name);
            }}
          >
            {name}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** In the bar, while there are any. */
export function MentionsButton() {
  const count = mentions.value.length;
  return (
    <>
      <p class="unseen" role="status">
        {count > 0 ? `${count} ${count === 1 ? "note calls" : "notes call"} you` : ""}
      </p>
      {count > 0 && (
        <button
          class="quiet mentions-button"
          type="button"
          aria-keyshortcuts="m"
          aria-label={`Mentions: ${count} unread`}
          onClick={() => (dialog.value = "mentions")}
        >
          Mentions <span class="unanswered">{count}</span>
        </button>
      )}
    </>
  );
}

export function MentionList() {
  if (mentions.value.length === 0) return <p>No note calls you just now.</p>;
  return (
    <ul class="plain-list owed-list">
      {mentions.value.map((one) => (
        <li key={`${one.handoff} ${one.at}`}>
          <p>{one.text}</p>
          <p class="detail">
            {one.by}, {momentOf(one.at)} ·{" "}
            <a
              href={pathOf(one.handoff)}
              onClick={(event) =>
                follow(event, () => {
                  dialog.value = null;
                  open(one.handoff);
                })
              }
            >
              {one.customer ?? "A visitor"}
            </a>
          </p>
        </li>
      ))}
    </ul>
  );
}
