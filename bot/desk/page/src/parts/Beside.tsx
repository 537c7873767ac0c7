// Who else is in this conversation: a warning where two might answer at once.
import { colleagues, customerWrites } from "../presence";
import type { Conversation } from "../protocol";
import { nameOf } from "../words";
import "./Beside.css";

const DOING = { viewing: "has this open, too", noting: "is writing a note", writing: "is writing to them" } as const;

export function Colleagues() {
  const writing = colleagues.value.some((one) => one.doing !== "viewing");
  return (
    <p class="colleagues" data-writing={writing} role="status">
      {colleagues.value.map((one) => `${one.name} ${DOING[one.doing]}.`).join(" ")}
    </p>
  );
}

export function CustomerWrites({ view }: { view: Conversation }) {
  return (
    <p class="customer-writes" role="status">
      {customerWrites.value ? `${nameOf(view.customer)} is writing…` : ""}
    </p>
  );
}
