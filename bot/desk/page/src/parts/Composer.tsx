import { signal } from "@preact/signals";
import { asked, chosen, found, listenFor, markNext, moveThrough } from "../canned";
import { draftOf, type Kind, setDraft } from "../drafts";
import { filesOf, take, uploading } from "../files";
import * as mentions from "../mentions";
import { reply, say } from "../moves";
import { tellDone, tellWriting } from "../presence";
import type { Conversation } from "../protocol";
import { composing } from "../state";
import { channelName, isClosed, nameOf } from "../words";
import "./Composer.css";
import { use } from "../whispers";
import { CannedPicker, LIST, optionId, Unfilled } from "./CannedPicker";
import { AttachButton, WaitingFiles } from "./Files";
import { MENTION_LIST, mentionId, MentionPicker } from "./Mentions";
import { PromiseOffer } from "./Promises";
import { Whispers } from "./Whispers";

const MAX = 10_000;

const sending = signal(false);

export function Composer({ view }: { view: Conversation }) {
  const kind = composing.value;
  const text = draftOf(view.id, kind);
  const listed = listedFor(kind);
  const canSend = text.trim() !== "" || (kind === "reply" && filesOf(view.id).length > 0);
  const mayWrite = view.allowed.includes(kind);

  async function send(record = false) {
    const words = text.trim();
    const hasFiles = kind === "reply" && filesOf(view.id).length > 0;
    if ((!words && !hasFiles) || uploading.value > 0 || sending.value || !mayWrite) return;
    if (kind === "reply" && markNext()) return; // something is still to be filled in
    sending.value = true;
    try {
      const done = await (kind === "reply" ? reply(words, record) : say(kind, words));
      if (done) tellDone();
      if (done && draftOf(view.id, kind) === text) setDraft(view.id, kind, ""); // else more was typed meanwhile
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
      {kind === "reply" && <Whispers />}
      {kind === "reply" && <Unfilled text={text} />}
      {kind === "reply" && <WaitingFiles id={view.id} />}
      {kind === "reply" ? <CannedPicker /> : <MentionPicker />}
      {mayWrite ? (
        <div class="composer-row">
          {kind === "reply" && <AttachButton />}
          <textarea
            id="composer"
            rows={2}
            maxLength={MAX}
            aria-label={kind === "reply" ? `Reply to ${nameOf(view.customer)}` : "Note for colleagues"}
            placeholder={kind === "reply" ? "Write a reply…" : "Write a note…"}
            value={text}
            aria-autocomplete="list"
            aria-controls={listed?.list}
            aria-activedescendant={listed?.option}
            onInput={(event) => {
              setDraft(view.id, kind, event.currentTarget.value);
              (kind === "reply" ? listenFor : mentions.listenFor)(event.currentTarget);
              if (event.currentTarget.value.trim()) tellWriting(kind === "reply" ? "writing" : "noting");
            }}
            onPaste={(event) => {
              const pasted = [...(event.clipboardData?.files ?? [])];
              if (kind !== "reply" || pasted.length === 0) return;
              event.preventDefault();
              void take(pasted);
            }}
            onBlur={() => (asked.value = mentions.asked.value = null)}
            onKeyDown={(event) => {
              const listMoves = kind === "reply" ? moveThrough : mentions.moveThrough;
              if (!event.isComposing && listMoves(event)) return event.preventDefault();
              if (event.key === "Escape") event.currentTarget.blur();
              const digit = event.altKey ? /^Digit([1-9])$/.exec(event.code)?.[1] : undefined;
              if (digit !== undefined) {
                event.preventDefault();
                use(Number(digit) - 1);
              }
              if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
              event.preventDefault();
              void send(event.ctrlKey || event.metaKey);
            }}
          />
          <button class="primary" type="submit" disabled={!canSend || sending.value} title="Enter sends">
            {kind === "reply" ? "Send" : "Save note"}
          </button>
        </div>
      ) : (
        <Unable view={view} />
      )}
    </form>
  );
}

/** The list that is shown above the field, and the option in it that Enter takes. */
function listedFor(kind: Kind): { list: string; option: string } | null {
  if (kind === "reply") return found.value.length > 0 ? { list: LIST, option: optionId(chosen.value) } : null;
  return mentions.found.value.length > 0 ? { list: MENTION_LIST, option: mentionId(mentions.chosen.value) } : null;
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
  if (!view.allowed.includes("reply")) return "";
  return `${goesTo(view)}Enter sends, Ctrl and Enter also records what you promise.`;
}

/** Where the reply goes, if that is not where they last wrote. */
function goesTo(view: Conversation): string {
  const last = view.messages.findLast((message) => message.author === "customer");
  const to = view.reply_channel;
  return to === null || to === last?.channel ? "" : `Goes to them as they chose: ${channelName(to)}. `;
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
  if (isClosed(view.state)) {
    return <p class="unable">This conversation is closed. Take it over to write to {nameOf(view.customer)}, or leave a note.</p>;
  }
  return <p class="unable">{view.agent?.name ?? "A colleague"} has this conversation. You can leave a note.</p>;
}
