import { giveBack } from "../moves";
import type { Field } from "../protocol";
import { conversation, dialog, notice } from "../state";
import { nameOf } from "../words";
import { Modal, submitOnEnter } from "./Dialogs";

/** Back to the bot, with what was agreed: in words, and as answers to what the bot has been asking. */
export function GivingBack() {
  const view = conversation.value;
  const fields = view?.fields ?? [];
  async function submit(event: Event) {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    const changed = fields.filter(({ slot, value }) => text(slot) !== "" && text(slot) !== (value ?? ""));
    const values = Object.fromEntries(changed.map(({ slot }) => [slot, text(slot)]));
    if (await giveBack({ note: text("note"), agreed: text("agreed") || null, values })) dialog.value = null;
  }
  return (
    <Modal title="Return to the bot?">
      <form onSubmit={submit}>
        <p>
          {view && <strong>{nameOf(view.customer)}. </strong>}
          The bot takes over from here and knows what was said.
        </p>
        <label for="agreed">What you agreed on; the bot tells them</label>
        <textarea id="agreed" name="agreed" rows={2} maxLength={500} autofocus onKeyDown={submitOnEnter} />
        {fields.map((field) => (
          <Answer key={field.slot} field={field} />
        ))}
        <label for="aside">Note for colleagues, if you like</label>
        <textarea id="aside" name="note" rows={2} maxLength={10_000} onKeyDown={submitOnEnter} />
        <p class="refused" role="alert">
          {notice.value}
        </p>
        <div class="dialog-foot">
          <button class="plain" type="button" onClick={() => (dialog.value = null)}>
            Cancel
          </button>
          <button class="primary" type="submit">
            Return to bot
          </button>
        </div>
      </form>
    </Modal>
  );
}

function Answer({ field: { slot, label, value } }: { field: Field }) {
  return (
    <>
      <label for={`field-${slot}`}>{label}</label>
      <input id={`field-${slot}`} name={slot} defaultValue={value ?? ""} maxLength={200} autocomplete="off" />
    </>
  );
}
