import { dateOf, timeOf } from "../clock";
import { bringBack, draftOf, mayEdit, versions } from "../faq";
import type { Draft } from "../faq";
import type { FaqVersion } from "../protocol";

const NAMES: Record<keyof Omit<Draft, "version">, string> = {
  question: "question",
  phrasings: "wordings",
  answer: "answer",
  tags: "tags",
  department: "department",
  language: "language",
  valid_from: "start",
  valid_until: "end",
  tests: "held-out questions",
};

export function FaqHistory() {
  const all = versions.value;
  if (all === null || all.length === 0) return null;
  return (
    <section class="faq-history" aria-labelledby="faq-history-title">
      <h3 id="faq-history-title">History</h3>
      <ol>
        {all.map((version, at) => (
          <li key={version.entry.version}>
            <div>
              <strong>Version {version.entry.version}</strong>
              <span class="faq-hint">
                {dateOf(version.at)}, {timeOf(version.at)} · {version.by ?? "from the FAQ files"}
              </span>
              <p>{changed(version, all[at + 1])}</p>
            </div>
            {mayEdit.value && at > 0 && !version.deleted && (
              <button class="plain" type="button" onClick={() => bringBack(version)}>
                Bring back<span class="unseen"> version {version.entry.version}</span>
              </button>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function changed(version: FaqVersion, older: FaqVersion | undefined): string {
  if (version.deleted) return "Deleted";
  if (older === undefined) return "Written";
  const [then, now] = [draftOf(older.entry), draftOf(version.entry)];
  const names = (Object.keys(NAMES) as (keyof typeof NAMES)[]).filter((name) => then[name] !== now[name]);
  const what = names.length > 0 ? `Changed: ${names.map((name) => NAMES[name]).join(", ")}` : "Nothing changed";
  return older.deleted ? "Written anew" : what;
}
