import { useEffect, useRef } from "preact/hooks";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { api } from "../api";
import { busy, change, discard, draft, entry, held, isChanged, lost, mayEdit, publish, refused, remove, said } from "../faq";
import type { Draft } from "../faq";
import { openFaq } from "../session";

const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;
const PREVIEW_AFTER = 300; // milliseconds without a key

export function FaqForm() {
  function submit(event: Event) {
    event.preventDefault();
    void publish();
  }
  return (
    <form class="faq-form" onSubmit={submit} aria-labelledby="faq-title">
      <Head />
      <fieldset disabled={!mayEdit.value}>
        <Line name="question" label="Question" hint="As a customer would ask it." required />
        <Lines name="phrasings" label="Other wordings" hint="One on each line. Five to ten different ones find it best." />
        <Answer />
        <Lines
          name="tests"
          label="Held-out questions"
          hint="One on each line, worded otherwise. They are asked whenever the FAQ is changed, and must still lead here."
        />
        <div class="faq-row">
          <Line name="department" label="Department" required />
          <Line name="tags" label="Tags" hint="With commas between." />
          <Line name="language" label="Language" hint="Two letters, such as en." required />
        </div>
        <div class="faq-row">
          <Time name="valid_from" label="Answered from" />
          <Time name="valid_until" label="Answered until" />
        </div>
        <p class="faq-hint">Empty: without a limit. The times are those of {ZONE}.</p>
      </fieldset>
      <Lost />
      <Foot />
    </form>
  );
}

function Head() {
  return (
    <header class="faq-head">
      <button class="quiet only-narrow" type="button" aria-label="Back to the list" onClick={() => openFaq(null)}>
        ‹
      </button>
      <h2 id="faq-title">{entry.value?.question ?? "New entry"}</h2>
      {entry.value && <span class="channel">Version {entry.value.version}</span>}
    </header>
  );
}

interface Field {
  name: keyof Omit<Draft, "version">;
  label: string;
  hint?: string;
  required?: boolean;
}

function Line({ name, label, hint, required }: Field) {
  return (
    <Labelled name={name} label={label} {...(hint ? { hint } : {})}>
      <input
        id={`faq-${name}`}
        value={draft.value[name]}
        required={required ?? false}
        aria-describedby={hint ? `faq-${name}-hint` : undefined}
        onInput={(event) => change({ [name]: event.currentTarget.value })}
      />
    </Labelled>
  );
}

function Lines({ name, label, hint }: Field) {
  const rows = Math.min(12, Math.max(3, draft.value[name].split("\n").length + 1));
  return (
    <Labelled name={name} label={label} {...(hint ? { hint } : {})}>
      <textarea
        id={`faq-${name}`}
        rows={rows}
        value={draft.value[name]}
        aria-describedby={hint ? `faq-${name}-hint` : undefined}
        onInput={(event) => change({ [name]: event.currentTarget.value })}
      />
    </Labelled>
  );
}

function Time({ name, label }: Field) {
  return (
    <Labelled name={name} label={label}>
      <input
        id={`faq-${name}`}
        type="datetime-local"
        value={draft.value[name]}
        onInput={(event) => change({ [name]: event.currentTarget.value })}
      />
    </Labelled>
  );
}

function Labelled({ name, label, hint, children }: { name: string; label: string; hint?: string; children: ComponentChildren }) {
  return (
    <div class="faq-field">
      <label for={`faq-${name}`}>{label}</label>
      {hint && (
        <p class="faq-hint" id={`faq-${name}-hint`}>
          {hint}
        </p>
      )}
      {children}
    </div>
  );
}

function Answer() {
  return (
    <div class="faq-answer">
      <Lines name="answer" label="Answer" hint="Markdown: **bold**, lists with -, [links](https://…)." />
      <Preview text={draft.value.answer} />
    </div>
  );
}

function Preview({ text }: { text: string }) {
  const shown = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let late = false;
    const timer = window.setTimeout(async () => {
      const { html } = await api.preview(text).catch(() => ({ html: "" }));
      if (!late && shown.current) shown.current.innerHTML = html; // made safe by bot/markdown.py, as for the website
    }, PREVIEW_AFTER);
    return () => {
      late = true;
      window.clearTimeout(timer);
    };
  }, [text]);
  return (
    <div class="faq-preview" role="group" aria-label="How customers see the answer">
      <p class="faq-hint">As customers see it</p>
      <div ref={shown} />
    </div>
  );
}

function Lost() {
  const box = useRef<HTMLDivElement>(null);
  const count = lost.value.length;
  const isDelete = held.value === "delete";
  const anyway = () => void (isDelete && entry.value ? remove(entry.value.id, true) : publish(true));
  useEffect(() => {
    if (count > 0) box.current?.focus();
  }, [count]);
  if (count === 0) return null;
  return (
    <div class="faq-lost" role="alert" tabIndex={-1} ref={box}>
      <h3>Not {isDelete ? "deleted" : "published"}: {count === 1 ? "one question" : `${count} questions`} would get another answer</h3>
      <ul>
        {lost.value.map((one) => (
          <li key={`${one.id} ${one.question}`}>
            <q>{one.question}</q>
            <span>
              before: {one.before?.question ?? "no answer"} → now: <strong>{one.after?.question ?? "no answer"}</strong>
            </span>
          </li>
        ))}
      </ul>
      <p>Word {isDelete ? "these entries" : "this entry"} more apart from the others. Or, if that is what you want:</p>
      <button class="plain" type="button" disabled={busy.value} onClick={anyway}>
        {isDelete ? "Delete anyway" : "Publish anyway"}
      </button>
    </div>
  );
}

function Foot() {
  const sure = useSignal(false);
  if (!mayEdit.value) return <p class="faq-foot faq-hint">Leads and admins edit the FAQ.</p>;
  return (
    <footer class="faq-foot">
      <p class="refused" role="alert">
        {refused.value}
      </p>
      <p class="faq-said" role="status">
        {busy.value ? "Asking the held-out questions…" : said.value}
      </p>
      {entry.value && !sure.value && (
        <button class="quiet" type="button" onClick={() => (sure.value = true)}>
          Delete
        </button>
      )}
      {entry.value && sure.value && (
        <>
          <span>Delete this entry?</span>
          <button class="plain" type="button" onClick={() => entry.value && void remove(entry.value.id)}>
            Yes, delete
          </button>
          <button class="quiet" type="button" onClick={() => (sure.value = false)}>
            No
          </button>
        </>
      )}
      <button class="plain" type="button" disabled={!isChanged.value} onClick={() => discard()}>
        Discard changes
      </button>
      <button class="primary" type="submit" disabled={busy.value || !isChanged.value}>
        Publish
      </button>
    </footer>
  );
}
