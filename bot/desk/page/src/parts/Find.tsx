import { useSignal } from "@preact/signals";
import { api, Refusal } from "../api";
import type { Message } from "../protocol";
import { follow, open, pathOf } from "../session";
import { found, sought } from "../state";
import "./Find.css";
import { Entry } from "./Queue";

/** Looks through all conversations that were ever handed over. */
export function Find() {
  const said = useSignal<string | null>(null);

  async function look(before: string | null) {
    const words = sought.value.trim();
    if (words === "") return;
    try {
      const page = await api.find(words, before);
      const earlier = before === null ? [] : (found.value?.found ?? []);
      found.value = { ...page, found: [...earlier, ...page.found] };
      said.value = found.value.found.length === 0 ? "Nothing was found. Fewer words find more." : null;
    } catch (failure) {
      said.value = failure instanceof Refusal ? failure.message : "Something went wrong. Please try again.";
    }
  }

  return (
    <>
      <form
        class="find"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          void look(null);
        }}
      >
        <label for="find">Words, a name or an order number</label>
        <input
          id="find"
          type="search"
          value={sought.value}
          maxLength={200}
          autocomplete="off"
          onInput={(event) => (sought.value = event.currentTarget.value)}
        />
      </form>
      <p class="queue-empty" role="status" hidden={said.value === null}>
        {said.value}
      </p>
      <ul class="found" aria-label="Found">
        {(found.value?.found ?? []).map(({ entry, message }) => (
          <li key={entry.id}>
            <Entry entry={entry} />
            {message && <Saying id={entry.id} message={message} />}
          </li>
        ))}
      </ul>
      {found.value?.before && (
        <button class="plain find-more" type="button" onClick={() => void look(found.value?.before ?? null)}>
          Show more
        </button>
      )}
    </>
  );
}

const SHOWN = 160;

/** Leads to the message, which it shows from shortly before the first word that was looked for. */
function Saying({ id, message }: { id: string; message: Message }) {
  const first = sought.value.trim().split(/\s+/)[0]?.toLowerCase() ?? "";
  const at = Math.max(message.text.toLowerCase().indexOf(first) - 30, 0);
  const piece = message.text.slice(at, at + SHOWN);
  return (
    <a class="saying" href={pathOf(id, message.number)} onClick={(event) => follow(event, () => open(id, message.number))}>
      {at > 0 && "…"}
      {piece}
      {at + SHOWN < message.text.length && "…"}
    </a>
  );
}
