import { openId, pane, wanted } from "../state";

/** Leads to a message of the open conversation. */
export function Jump({ number, title }: { number: number; title?: string }) {
  function show() {
    pane.value = "conversation";
    if (openId.value !== null) wanted.value = { id: openId.value, number };
  }
  return (
    <button class="link" type="button" onClick={show}>
      {title ?? `message ${number}`}
    </button>
  );
}
