import { ANY, filter, isFiltered, isInUse, use } from "../filters";
import type { Filter } from "../protocol";
import { remove, save, saved } from "../savedFilters";
import { queue } from "../state";
import { channelName, REASONS } from "../words";
import "./Filters.css";

/** What of the queue is shown, and the saved filters, each a button. */
export function Filters() {
  return (
    <details class="filters" open={isFiltered.value}>
      <summary>{isFiltered.value ? "Filtered" : "Filter"}</summary>
      {saved.value.length > 0 && (
        <ul class="saved-filters" aria-label="Saved filters">
          {saved.value.map((one) => (
            <li key={one.name}>
              <button class="plain" type="button" aria-pressed={isInUse(one)} onClick={() => use(one)}>
                {one.name}
              </button>
              <button class="quiet" type="button" aria-label={`Remove the filter ${one.name}`} onClick={() => void remove(one.name)}>
                ×
              </button>
            </li>
          ))}
        </ul>
      )}
      <Choice name="department" title="Department" words={(value) => value} />
      <Choice name="channel" title="Channel" words={channelName} />
      <Choice name="language" title="Language" words={(value) => value} />
      <Choice name="reason" title="Why a person" words={(value) => REASONS[value as keyof typeof REASONS] ?? value} />
      {isFiltered.value && (
        <form
          class="save-filter"
          onSubmit={(event) => {
            event.preventDefault();
            const form = event.target as HTMLFormElement;
            const name = String(new FormData(form).get("name")).trim();
            if (name !== "") void save(name);
            form.reset();
          }}
        >
          <label for="filter-name">Save it as</label>
          <input id="filter-name" name="name" maxLength={40} required />
          <button class="plain" type="submit">
            Save
          </button>
          <button class="quiet" type="button" onClick={() => (filter.value = ANY)}>
            Show all
          </button>
        </form>
      )}
    </details>
  );
}

function Choice({ name, title, words }: { name: keyof Filter; title: string; words: (value: string) => string }) {
  const there = (queue.value ?? []).map((entry) => (name === "department" ? (entry.department ?? "general") : entry[name]) ?? "");
  const chosen = filter.value[name];
  const values = [...new Set([...there, chosen])].filter(Boolean).sort();
  return (
    <label class="filter-choice">
      {title}
      <select value={chosen} onChange={(event) => (filter.value = { ...filter.value, [name]: event.currentTarget.value })}>
        <option value="">any</option>
        {values.map((value) => (
          <option key={value} value={value} selected={value === chosen}>
            {words(value)}
          </option>
        ))}
      </select>
    </label>
  );
}
