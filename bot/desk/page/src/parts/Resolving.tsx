import { useEffect, useState } from "preact/hooks";
import { loadReasons, resolve } from "../moves";
import type { Outcome } from "../protocol";
import { conversation, dialog, notice, reasons } from "../state";
import { ENDINGS, nameOf } from "../words";
import { Modal, submitOnEnter } from "./Dialogs";
import "./Resolving.css";

/** How a conversation ended: what it came to, what it was about, and a note. */
export function Resolving() {
  const [outcome, setOutcome] = useState<Outcome>("solved");
  useEffect(() => void loadReasons(), []);
  async function submit(event: Event) {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const about = String(given.get("about") ?? "");
    const ending = { note: String(given.get("note") ?? ""), outcome, contact_reason: about || null };
    if (await resolve(ending)) dialog.value = null;
  }
  return (
    <Modal title="Resolve this conversation?">
      <form onSubmit={submit}>
        <p>
          {conversation.value && <strong>{nameOf(conversation.value.customer)}. </strong>}
          {outcome === "solved" ? "They may be asked once whether it is solved." : "They are not asked about it."} When they
          write again, the bot answers first.
        </p>
        <fieldset class="outcomes">
          <legend>What has it come to?</legend>
          {(Object.keys(ENDINGS) as Outcome[]).map((each) => (
            <label key={each}>
              <input type="radio" name="outcome" checked={each === outcome} onChange={() => setOutcome(each)} />
              {ENDINGS[each]}
            </label>
          ))}
        </fieldset>
        <label for="about">What was it about?</label>
        <select id="about" name="about">
          <option value="">Not said</option>
          {(reasons.value ?? []).map((group) => (
            <optgroup key={group.label} label={group.label}>
              {group.reasons.map((reason) => (
                <option key={reason.id} value={reason.id}>
                  {reason.label}
                </option>
              ))}
            </optgroup>
          ))}
        </select>
        <label for="aside">Note for colleagues, if you like</label>
        <textarea id="aside" name="note" rows={3} maxLength={10_000} autofocus onKeyDown={submitOnEnter} />
        <p class="refused" role="alert">
          {notice.value}
        </p>
        <div class="dialog-foot">
          <button class="plain" type="button" onClick={() => (dialog.value = null)}>
            Cancel
          </button>
          <button class="primary" type="submit">
            Resolve
          </button>
        </div>
      </form>
    </Modal>
  );
}
