import { useLayoutEffect, useRef } from "preact/hooks";
import type { ComponentChildren } from "preact";
import { SHORTCUTS, setShortcuts, shortcutsOn } from "../keys";
import { closePromise } from "../moves";
import type { Pledge } from "../protocol";
import { closing, conversation, dialog, notice, thread } from "../state";
import "./Dialogs.css";
import { Account } from "./Account";
import { GivingBack } from "./GivingBack";
import { MentionList } from "./Mentions";
import { PassingOn } from "./PassingOn";
import { OwedList } from "./Promises";
import { Resolving } from "./Resolving";

export function Dialogs() {
  if (dialog.value === null) return null;
  if (dialog.value === "shortcuts") return <Shortcuts />;
  if (dialog.value === "owed") return <AllOwed />;
  if (dialog.value === "mentions") return <AllMentions />;
  if (dialog.value === "evidence") return <Closing />;
  if (dialog.value === "account") return <Account />;
  if (dialog.value === "resolve") return <Resolving />;
  if (dialog.value === "return") return <GivingBack />;
  return <PassingOn />;
}

export function Modal({ title, children }: { title: string; children: ComponentChildren }) {
  const box = useRef<HTMLDialogElement>(null);
  useLayoutEffect(() => box.current?.showModal(), []);
  return (
    <dialog ref={box} aria-labelledby="dialog-title" onClose={() => (dialog.value = null)}>
      <h2 id="dialog-title">{title}</h2>
      {children}
    </dialog>
  );
}

function Shortcuts() {
  return (
    <Modal title="Keyboard shortcuts">
      <dl class="shortcuts">
        {SHORTCUTS.map(([key, what]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <label class="switch">
        <input
          type="checkbox"
          checked={shortcutsOn.value}
          onChange={(event) => setShortcuts(event.currentTarget.checked)}
        />
        Use single-key shortcuts
      </label>
      <div class="dialog-foot">
        <button class="primary" type="button" onClick={() => (dialog.value = null)}>
          Close
        </button>
      </div>
    </Modal>
  );
}

function AllMentions() {
  return (
    <Modal title="Notes that call you">
      <MentionList />
      <div class="dialog-foot">
        <button class="primary" type="button" autofocus onClick={() => (dialog.value = null)}>
          Close
        </button>
      </div>
    </Modal>
  );
}

function AllOwed() {
  return (
    <Modal title="Promises to customers">
      <OwedList />
      <div class="dialog-foot">
        <button class="primary" type="button" autofocus onClick={() => (dialog.value = null)}>
          Close
        </button>
      </div>
    </Modal>
  );
}

/** How a promise ended: kept by a message, kept otherwise, or not owed any more. */
function Closing() {
  const promise = closing.value;
  const words = useRef<HTMLTextAreaElement>(null);
  if (promise === null) return null;
  const number = evidenceOf(promise);
  async function end(how: Parameters<typeof closePromise>[1]) {
    if (promise !== null && (await closePromise(promise, how))) dialog.value = null;
  }
  function told(): string {
    const text = words.current?.value.trim() ?? "";
    if (!text) words.current?.focus();
    return text;
  }
  return (
    <Modal title="How did this promise end?">
      <p>“{promise.text}”</p>
      {number !== undefined && (
        <button class="primary" type="button" autofocus onClick={() => void end({ number })}>
          Kept by message {number}
        </button>
      )}
      <label for="evidence">What kept it, or why it is not owed any more</label>
      <textarea id="evidence" ref={words} rows={2} maxLength={500} />
      <p class="refused" role="alert">
        {notice.value}
      </p>
      <div class="dialog-foot">
        <button class="quiet" type="button" onClick={() => (dialog.value = null)}>
          Back
        </button>
        <button class="plain" type="button" onClick={() => told() && void end({ why: told() })}>
          Not owed any more
        </button>
        <button class="plain" type="button" onClick={() => told() && void end({ note: told() })}>
          Kept
        </button>
      </div>
    </Modal>
  );
}

/** The latest message of an agent in the open conversation since the promise, if that is whose it is. */
function evidenceOf(promise: Pledge): number | undefined {
  const view = conversation.value;
  if (!view?.brief.promises.some((one) => one.id === promise.id)) return undefined;
  const since = promise.number ?? 0;
  return thread.value.filter((message) => message.author === "agent" && message.number > since).at(-1)?.number;
}

export function submitOnEnter(event: KeyboardEvent): void {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  (event.target as HTMLTextAreaElement).form?.requestSubmit();
}
