import { pane } from "../state";
import { jumpTo } from "./Thread";

/** Leads to a message of the open conversation. */
export function Jump({ number, title }: { number: number; title?: string }) {
  function show() {
    pane.value = "conversation";
    void jumpTo(number);
  }
  return (
    <button class="link" type="button" onClick={show}>
      {title ?? `message ${number}`}
    </button>
  );
}
