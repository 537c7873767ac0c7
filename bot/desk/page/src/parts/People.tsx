import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, Refusal } from "../api";
import { momentOf } from "../clock";
import type { Agent, Colleague, ResetLink, Skills } from "../protocol";
import { agent } from "../state";

const NEW = "new";
const people = signal<Colleague[] | null>(null);
/** Whose settings are open: an agent's id, NEW, or null. */
const editing = signal<string | null>(null);
const refused = signal<string | null>(null);
const link = signal<{ name: string; reset: ResetLink } | null>(null);

/** Who may sit at the desk, for admins: what they may do, know and take on, and the link for a new password. */
export function People({ changed }: { changed: () => Promise<void> }) {
  async function load() {
    people.value = await api.agents().catch(() => null);
  }
  async function saved() {
    editing.value = null;
    await Promise.all([load(), changed()]);
  }
  useEffect(() => void load(), []);
  const one = people.value?.find((each) => each.id === editing.value);
  return (
    <section class="team-part" aria-labelledby="team-people">
      <h2 id="team-people">Agents’ settings</h2>
      <ul class="people">
        {(people.value ?? []).map((each) => (
          <li key={each.id}>
            <button class="link" type="button" onClick={() => edit(each.id)}>
              {each.name}
            </button>{" "}
            {each.role} · {each.email}
          </li>
        ))}
      </ul>
      <button class="plain" type="button" onClick={() => edit(NEW)}>
        New agent
      </button>
      {link.value && <Link />}
      {editing.value !== null && <Form key={editing.value} one={one} saved={saved} />}
    </section>
  );
}

function edit(id: string): void {
  editing.value = id;
  refused.value = null;
  link.value = null;
  requestAnimationFrame(() => document.querySelector<HTMLElement>("#agent-name")?.focus());
}

function Link() {
  const { name, reset } = link.value as NonNullable<typeof link.value>;
  return (
    <p class="reset-link" role="status">
      {name} sets a password by this link, once and until {momentOf(reset.until)}. It is not shown again.
      <input readOnly value={reset.link} aria-label={`Link for ${name}`} onFocus={(event) => event.currentTarget.select()} />
    </p>
  );
}

function Form({ one, saved }: { one: Colleague | undefined; saved: () => Promise<void> }) {
  async function attempt(work: () => Promise<void>) {
    refused.value = null;
    try {
      await work();
    } catch (failure) {
      refused.value = failure instanceof Refusal ? failure.message : "Something went wrong. Please try again.";
    }
  }
  async function submit(event: Event) {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    const skills = skillsIn(given, one?.role);
    await attempt(async () => {
      if (one) await api.changeAgent(one.id, skills);
      else link.value = { name: skills.name, reset: (await api.addAgent(String(given.get("email")), skills)).reset };
      await saved();
    });
  }
  async function reset(who: Colleague) {
    await attempt(async () => {
      link.value = { name: who.name, reset: await api.resetLink(who.id) };
    });
  }
  return (
    <form class="agent-form" onSubmit={submit} aria-label={one ? `Settings of ${one.name}` : "New agent"}>
      <label for="agent-name">Name</label>
      <input id="agent-name" name="name" defaultValue={one?.name ?? ""} maxLength={100} required />
      {!one && (
        <>
          <label for="agent-email">E-mail</label>
          <input id="agent-email" name="email" type="email" maxLength={254} required />
        </>
      )}
      <label for="agent-role">May</label>
      <select id="agent-role" name="role" defaultValue={one?.role ?? "agent"} disabled={one?.id === agent.value?.id}>
        <option value="agent">answer customers (agent)</option>
        <option value="lead">also edit the FAQ and see the team (lead)</option>
        <option value="admin">also see to agents (admin)</option>
      </select>
      <label for="agent-departments">Departments, separated by commas; none means any</label>
      <input id="agent-departments" name="departments" defaultValue={one?.departments.join(", ") ?? ""} />
      <label for="agent-languages">Languages by their codes, such as en, de; none means any</label>
      <input id="agent-languages" name="languages" defaultValue={one?.languages.join(", ") ?? ""} />
      <label for="agent-capacity">Conversations at once; 0 means no offers</label>
      <input id="agent-capacity" name="capacity" type="number" min={0} max={50} defaultValue={String(one?.capacity ?? 3)} required />
      <p class="refused" role="alert">
        {refused.value}
      </p>
      <div class="form-foot">
        <button class="plain" type="button" onClick={() => (editing.value = null)}>
          Cancel
        </button>
        {one && (
          <button class="plain" type="button" onClick={() => void reset(one)}>
            Link for a new password
          </button>
        )}
        <button class="primary" type="submit">
          Save
        </button>
      </div>
    </form>
  );
}

function skillsIn(given: FormData, role: Agent["role"] | undefined): Skills {
  const listed = (name: string) =>
    String(given.get(name) ?? "")
      .split(",")
      .map((each) => each.trim())
      .filter(Boolean);
  return {
    name: String(given.get("name")),
    role: (given.get("role") as Agent["role"] | null) ?? role ?? "agent",
    departments: listed("departments"),
    languages: listed("languages"),
    capacity: Number(given.get("capacity")),
  };
}
