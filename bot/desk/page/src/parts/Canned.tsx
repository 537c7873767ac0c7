// The screen where canned replies are written: everybody's by leads, one's own by each agent.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, Refusal } from "../api";
import { kept, loadCanned, variables } from "../canned";
import type { CannedReply } from "../protocol";
import { agent } from "../state";
import "./Canned.css";

/** The one that is being written: its id, 0 for a new one, null for none. */
const open = signal<number | null>(null);
const refused = signal<string | null>(null);
const said = signal("");

export function Canned() {
  useEffect(() => void loadCanned(), []);
  const one = kept.value?.find((each) => each.id === open.value) ?? null;
  return (
    <main class="replies" data-open={open.value !== null}>
      <List />
      <section class="replies-middle" aria-label="Reply">
        {open.value === null ? <Nothing /> : <Form key={open.value} one={one} />}
      </section>
    </main>
  );
}

function Nothing() {
  return (
    <div class="empty">
      <h2>Replies to say again</h2>
      <p>In a conversation, type / in an empty reply to find one. Choose one here to change it.</p>
      <p role="status">{said.value}</p>
    </div>
  );
}

function List() {
  return (
    <nav class="replies-list" aria-label="Canned replies">
      <button class="primary" type="button" onClick={() => show(0)}>
        New reply
      </button>
      <Group title="Everybody’s" all={(kept.value ?? []).filter((one) => one.shared)} />
      <Group title="Your own" all={(kept.value ?? []).filter((one) => !one.shared)} />
    </nav>
  );
}

function Group({ title, all }: { title: string; all: CannedReply[] }) {
  return (
    <section class="group" aria-label={title}>
      <h2>
        {title} <span class="count">{all.length}</span>
      </h2>
      <ul>
        {all.map((one) => (
          <li key={one.id}>
            <button class="replies-entry" type="button" aria-pressed={open.value === one.id} onClick={() => show(one.id)}>
              <strong>{one.name}</strong>
              <span>{one.text}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function show(id: number | null): void {
  open.value = id;
  refused.value = null;
  said.value = "";
}

function Form({ one }: { one: CannedReply | null }) {
  const name = useRef<HTMLInputElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  const shared = useRef<HTMLInputElement>(null);
  const leads = agent.value?.role !== "agent";
  const may = one === null || one.editable;
  useEffect(() => name.current?.focus(), []);

  async function save(event: Event) {
    event.preventDefault();
    const draft = { name: name.current?.value ?? "", text: text.current?.value ?? "", shared: shared.current?.checked ?? false };
    await change(async () => {
      await (one === null ? api.addCanned(draft) : api.editCanned(one.id, draft));
      return "Saved.";
    });
  }

  return (
    <form class="replies-form" aria-label={one === null ? "New reply" : one.name} onSubmit={(event) => void save(event)}>
      <label for="canned-name">Name</label>
      <input id="canned-name" ref={name} required maxLength={60} defaultValue={one?.name ?? ""} disabled={!may} />
      <label for="canned-words">Words</label>
      <textarea id="canned-words" ref={text} required rows={8} maxLength={10_000} defaultValue={one?.text ?? ""} disabled={!may} />
      <Variables field={text} />
      {leads && (
        <label class="switch">
          <input ref={shared} type="checkbox" defaultChecked={one?.shared ?? false} />
          For everybody
        </label>
      )}
      {one !== null && <p class="detail">Last written by {one.by}.</p>}
      {!may && <p class="detail">Leads and admins change what everybody has.</p>}
      <p class="refused" role="alert">
        {refused.value}
      </p>
      <div class="replies-foot">
        <button class="quiet" type="button" onClick={() => show(null)}>
          Back
        </button>
        {one !== null && may && (
          <button class="plain" type="button" onClick={() => void change(() => api.deleteCanned(one.id).then(() => "Deleted."))}>
            Delete
          </button>
        )}
        {may && (
          <button class="primary" type="submit">
            Save
          </button>
        )}
      </div>
    </form>
  );
}

function Variables({ field }: { field: { current: HTMLTextAreaElement | null } }) {
  function put(name: string) {
    const box = field.current;
    if (box === null || box.disabled) return;
    box.setRangeText(`{${name}}`, box.selectionStart, box.selectionEnd, "end");
    box.focus();
  }
  return (
    <details class="variables">
      <summary>Variables, filled from the brief</summary>
      <ul>
        {Object.entries(variables.value).map(([name, meaning]) => (
          <li key={name}>
            <button class="link" type="button" onClick={() => put(name)}>{`{${name}}`}</button> {meaning}
          </li>
        ))}
      </ul>
    </details>
  );
}

async function change(work: () => Promise<string>): Promise<void> {
  try {
    const done = await work();
    await loadCanned();
    show(null);
    said.value = done;
  } catch (failure) {
    if (!(failure instanceof Refusal)) throw failure;
    if (failure.status === 401) agent.value = null;
    refused.value = failure.message;
  }
}

