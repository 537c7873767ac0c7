import { useEffect, useState } from "preact/hooks";
import { api } from "../api";
import { passOn } from "../moves";
import type { Aim, Colleague } from "../protocol";
import { agent, conversation, dialog, notice } from "../state";
import { nameOf } from "../words";
import { Modal, submitOnEnter } from "./Dialogs";

/** To whom a conversation goes on: whoever is next, a department, or a colleague who is there. */
export function PassingOn() {
  const [team, setTeam] = useState<Colleague[]>([]);
  const [to, setTo] = useState("");
  useEffect(() => void api.team().then(setTeam, () => undefined), []);
  async function submit(event: Event) {
    event.preventDefault();
    const note = String(new FormData(event.target as HTMLFormElement).get("note") ?? "");
    if (await passOn(note, aimOf(to))) dialog.value = null;
  }
  return (
    <Modal title="Pass this conversation on?">
      <form onSubmit={submit}>
        <p>
          {conversation.value && <strong>{nameOf(conversation.value.customer)}. </strong>}
          {to.startsWith("agent ")
            ? "They have two minutes to take it; after that it is offered to others."
            : "It waits in the queue for a colleague; the bot stays available."}
        </p>
        <label for="to">To whom?</label>
        <select id="to" value={to} onChange={(event) => setTo(event.currentTarget.value)}>
          <option value="">Whoever is next</option>
          <Colleagues team={team} />
          <Departments team={team} />
        </select>
        <label for="aside">What they should know, if you like</label>
        <textarea id="aside" name="note" rows={3} maxLength={10_000} autofocus onKeyDown={submitOnEnter} />
        <p class="refused" role="alert">
          {notice.value}
        </p>
        <div class="dialog-foot">
          <button class="plain" type="button" onClick={() => (dialog.value = null)}>
            Cancel
          </button>
          <button class="primary" type="submit">
            Pass on
          </button>
        </div>
      </form>
    </Modal>
  );
}

function Colleagues({ team }: { team: Colleague[] }) {
  const there = team.filter((one) => one.id !== agent.value?.id && one.presence === "present");
  if (there.length === 0) return null;
  return (
    <optgroup label="A colleague who is here">
      {there.map((one) => (
        <option key={one.id} value={`agent ${one.id}`}>
          {one.name} ({one.load} of {one.capacity})
        </option>
      ))}
    </optgroup>
  );
}

function Departments({ team }: { team: Colleague[] }) {
  const names = [...new Set(team.flatMap((one) => one.departments))].sort();
  if (names.length === 0) return null;
  return (
    <optgroup label="A department">
      {names.map((name) => (
        <option key={name} value={`department ${name}`}>
          {name}
        </option>
      ))}
    </optgroup>
  );
}

function aimOf(to: string): Aim {
  const [kind, ...rest] = to.split(" ");
  return kind ? { [kind]: rest.join(" ") } : {};
}
