// What became of a message on its way, and what one may do about it.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Message } from "../protocol";
import { editing, isWaiting, mayRetry, saveEdit, sendAgain, stopEditing, takeBack } from "../replies";
import { DELIVERIES } from "../words";
import "./DeliveryLine.css";

export function DeliveryLine({ message }: { message: Message }) {
  const delivery = message.delivery;
  const words = delivery ? DELIVERIES[delivery] : undefined;
  if (words === undefined || (delivery === "sent" && message.author !== "agent")) return null;
  return (
    <div class="delivery" data-delivery={delivery}>
      <p>
        {words}
        {message.delivery_reason !== null && `. ${message.delivery_reason}`}
      </p>
      {isWaiting(message) && (
        <>
          <button class="link" type="button" onClick={() => (editing.value = message.number)} aria-keyshortcuts="u">
            Edit
          </button>
          <button class="link" type="button" onClick={() => void takeBack(message)}>
            Take back
          </button>
        </>
      )}
      {mayRetry(message) && (
        <button class="link" type="button" onClick={() => void sendAgain(message.number)}>
          {message.delivery === "unknown" ? "Send again (may come twice)" : "Send again"}
        </button>
      )}
    </div>
  );
}

/** The words of a reply that still waits, to be changed. */
export function Editor({ message }: { message: Message }) {
  const field = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  function save() {
    const text = field.current?.value.trim() ?? "";
    if (text === "") field.current?.focus();
    else void saveEdit(message.number, text);
  }
  return (
    <form
      class="edit"
      aria-label="Change this reply"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <textarea
        ref={field}
        rows={3}
        maxLength={10_000}
        aria-label="The reply that waits"
        defaultValue={message.text}
        onKeyDown={(event) => {
          if (event.key === "Escape") stopEditing();
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          save();
        }}
      />
      <div class="edit-foot">
        <button class="quiet" type="button" onClick={stopEditing}>
          Leave as it was
        </button>
        <button class="primary" type="submit">
          Save
        </button>
      </div>
    </form>
  );
}
