import { signal } from "@preact/signals";
import { reply, say } from "../moves";
import type { Conversation } from "../protocol";
import { composing } from "../state";
import { isClosed, nameOf } from "../words";
import "./Composer.css";
import { PromiseOffer } from "./Promises";

type Kind = "reply" | "note";
const MAX = 10_000;

/** What was typed and not yet sent, by handoff and kind: it outlives a look at another conversation. */
const drafts = signal<Record<string, string>>({});
const sending = signal(false);

export function Composer({ view }: { view: Conversation }) {
  const kind = composing.value;
  const key = `${view.id} ${kind}`;
  const text = drafts.value[key] ?? "";
  const mayWrite = view.allowed.includes(kind);

  async function send(record = false) {
    const words = text.trim();
    if (!words || sending.value || !mayWrite) return;
    sending.value = true;
    try {
      if (await (kind === "reply" ? reply(words, record) : say(kind, words))) setDraft(key, drafts.value[key] === text ? "" : (drafts.value[key] ?? ""));
    } finally {
      sending.value = false;
    }
  }

  return (
    <form
      class="composer"
      data-kind={kind}
      aria-label="Write"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="tabs" role="group" aria-label="What to write">
        <KindTab kind="reply" title="Reply" hint="r" />
        <KindTab kind="note" title="Note" hint="n" />
        <span class="composer-hint">{kind === "reply" ? replyHint(view) : "Only colleagues see notes."}</span>
      </div>
      <PromiseOffer />
      {mayWrite ? (
        <div class="composer-row">
          <textarea
            id="composer"
            rows={2}
            maxLength={MAX}
            aria-label={kind === "reply" ? `Reply to ${nameOf(view.customer)}` : "Note for colleagues"}
            placeholder={kind === "reply" ? "Write a reply…" : "Write a note…"}
            value={text}
            onInput={(event) => setDraft(key, event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") event.currentTarget.blur();
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              void send(event.ctrlKey || event.metaKey);
            }}
          />
          <button class="primary" type="submit" disabled={!text.trim() || sending.value} title="Enter sends">
            {kind === "reply" ? "Send" : "Save note"}
          </button>
        </div>
      ) : (
        <Unable view={view} />
      )}
    </form>
  );
}

function setDraft(key: string, text: string): void {
  drafts.value = { ...drafts.value, [key]: text };
}

function KindTab({ kind, title, hint }: { kind: Kind; title: string; hint: string }) {
  return (
    <button
      type="button"
      aria-pressed={composing.value === kind}
      aria-keyshortcuts={hint}
      onClick={() => (composing.value = kind)}
    >
      {title}
    </button>
  );
}

function replyHint(view: Conversation): string {
  return view.allowed.includes("reply") ? "Enter sends, Ctrl and Enter also records what you promise." : "";
}

/** Why one can't reply now, and what to do about it. */
function Unable({ view }: { view: Conversation }) {
  if (view.allowed.includes("accept")) {
    return (
      <p class="unable">
        The bot still answers here. Accept the conversation to write to {nameOf(view.customer)}.
      </p>
    );
  }
  if (isClosed(view.state)) return <p class="unable">This conversation is closed. You can still leave a note.</p>;
  return <p class="unable">{view.agent?.name ?? "A colleague"} has this conversation. You can leave a note.</p>;
}
