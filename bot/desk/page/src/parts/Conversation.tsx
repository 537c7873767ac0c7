import { momentOf, since } from "../clock";
import { ask } from "../keys";
import { move, takeOver } from "../moves";
import type { Conversation as View } from "../protocol";
import { open } from "../session";
import { agent, pane } from "../state";
import { isClosed, nameOf, REASONS, STATES } from "../words";
import { Colleagues, CustomerWrites } from "./Beside";
import { Composer } from "./Composer";
import "./Conversation.css";
import { Thread } from "./Thread";

export function Conversation({ view }: { view: View }) {
  return (
    <>
      <header class="head">
        <button class="quiet only-narrow" type="button" onClick={() => open(null)} aria-label="Back to the list">
          ‹
        </button>
        <div class="head-who">
          <h2>{nameOf(view.customer)}</h2>
          <p>{standing(view)}</p>
        </div>
        <Actions view={view} />
        <button
          class="quiet only-small"
          type="button"
          aria-pressed={pane.value === "brief"}
          onClick={() => (pane.value = pane.value === "brief" ? "conversation" : "brief")}
        >
          Brief
        </button>
      </header>
      <Colleagues />
      <Thread view={view} />
      <CustomerWrites view={view} />
      <Composer view={view} />
    </>
  );
}

function standing(view: View): string {
  if (isClosed(view.state)) return `${STATES[view.state]} ${momentOf(view.closed_at ?? view.requested_at)}`;
  if (view.agent && view.accepted_at) {
    const owner = view.agent.id === agent.value?.id ? "you" : view.agent.name;
    return `With ${owner} since ${momentOf(view.accepted_at)}`;
  }
  const waited = since(view.requested_at);
  return `${REASONS[view.reason]} · ${waited === "now" ? "just now" : `waiting ${waited}`}`;
}

function Actions({ view }: { view: View }) {
  if (view.allowed.includes("accept")) {
    return (
      <div class="actions">
        <Action title="Accept" hint="a" primary run={() => void move("accept")} />
      </div>
    );
  }
  if (view.allowed.includes("take_over")) {
    return (
      <div class="actions">
        <Action title="Take over" hint="a" run={() => void takeOver()} />
      </div>
    );
  }
  if (!view.allowed.includes("resolve")) return null;
  return (
    <div class="actions">
      <Action title="Pass on" hint="q" run={() => ask("transfer")} />
      <Action title="Return to bot" hint="b" run={() => ask("return")} />
      <Action title="Resolve" hint="e" primary run={() => ask("resolve")} />
    </div>
  );
}

interface ActionProps {
  title: string;
  hint: string;
  primary?: boolean;
  run: () => void;
}

function Action({ title, hint, primary = false, run }: ActionProps) {
  return (
    <button type="button" class={primary ? "primary" : "plain"} onClick={run} aria-keyshortcuts={hint}>
      {title}
      <kbd aria-hidden="true">{hint}</kbd>
    </button>
  );
}
