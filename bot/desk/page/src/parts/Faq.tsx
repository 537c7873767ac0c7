import { useEffect } from "preact/hooks";
import { arrive, drafts, entries, entry, found, loadEntries, loadVersions, mayEdit, NEW, refused, said, search } from "../faq";
import type { FaqEntry } from "../protocol";
import { faqPathOf, follow, openFaq } from "../session";
import { faqPlace, now } from "../state";
import "./Faq.css";
import { FaqForm } from "./FaqForm";
import { FaqHistory } from "./FaqHistory";

export function Faq() {
  const place = faqPlace.value ?? null;
  useEffect(() => void loadEntries(), []);
  useEffect(() => {
    arrive();
    if (place !== null && place !== NEW) void loadVersions(place);
  }, [place]);
  return (
    <main class="faq" data-open={place !== null}>
      <List />
      <section class="faq-middle" aria-label="Entry">
        <Middle />
      </section>
    </main>
  );
}

function Middle() {
  const place = faqPlace.value ?? null;
  if (place === NEW && mayEdit.value) return <FaqForm key={NEW} />;
  if (place !== null && entry.value) {
    return (
      <>
        <FaqForm key={place} />
        <FaqHistory />
      </>
    );
  }
  if (place !== null && entries.value === null) return <Empty title="One moment…" hint="" />;
  if (place !== null) return <Empty title="There is no such entry." hint="It may have been deleted." />;
  return (
    <Empty title="Choose an entry" hint="What you publish is answered within a second, by every process, without training." />
  );
}

function Empty({ title, hint }: { title: string; hint: string }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{hint}</p>
      <p class="faq-said" role="status">
        {said.value}
      </p>
      <p class="refused" role="alert">
        {refused.value}
      </p>
    </div>
  );
}

function List() {
  return (
    <nav class="faq-list" aria-label="FAQ entries">
      <div class="faq-tools">
        <label class="unseen" for="faq-search">
          Search the FAQ
        </label>
        <input
          id="faq-search"
          type="search"
          placeholder="Search the FAQ"
          value={search.value}
          onInput={(event) => (search.value = event.currentTarget.value)}
        />
        {mayEdit.value && (
          <button class="primary" type="button" onClick={() => openFaq(NEW)}>
            New entry
          </button>
        )}
      </div>
      <p class="faq-count" role="status">
        {entries.value === null ? "One moment…" : counted(found.value.length, entries.value.length)}
      </p>
      <ul>
        {found.value.map((one) => (
          <li key={one.id}>
            <Line one={one} />
          </li>
        ))}
      </ul>
    </nav>
  );
}

function Line({ one }: { one: FaqEntry }) {
  return (
    <a
      class="entry"
      data-faq={one.id}
      href={faqPathOf(one.id)}
      aria-current={faqPlace.value === one.id ? "true" : undefined}
      onClick={(event) => follow(event, () => openFaq(one.id))}
    >
      <span class="entry-name">{one.question}</span>
      <span class="entry-foot">
        <span class="channel">{one.department}</span>
        <span>{standing(one)}</span>
      </span>
    </a>
  );
}

/** What is special about an entry: being edited here, not yet or no longer answered, a language. */
function standing(one: FaqEntry): string {
  if (drafts.value[one.id]) return "Being edited";
  if (one.valid_from !== null && Date.parse(one.valid_from) > now.value) return "Not answered yet";
  if (one.valid_until !== null && Date.parse(one.valid_until) <= now.value) return "No longer answered";
  return one.language === "en" ? one.tags.join(", ") : one.language;
}

function counted(shown: number, all: number): string {
  return shown === all ? `${all} ${all === 1 ? "entry" : "entries"}` : `${shown} of ${all} entries`;
}
