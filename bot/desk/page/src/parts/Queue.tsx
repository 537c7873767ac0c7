import { useEffect } from "preact/hooks";
import { isUnread } from "../alerts";
import { passes } from "../filters";
import { since } from "../clock";
import { loadClosed } from "../moves";
import type { QueueEntry } from "../protocol";
import { follow, open, pathOf } from "../session";
import { agent, closed, listed, mine, openId, others, queue, tab, waiting } from "../state";
import { channelName, isClosed, nameOf, REASONS, STATES } from "../words";
import { Filters } from "./Filters";
import { Find } from "./Find";
import "./Queue.css";

export function Queue() {
  return (
    <nav class="queue" aria-label="Conversations">
      <div class="tabs" role="group" aria-label="Which conversations">
        <Tab name="open" title="Open" />
        <Tab name="closed" title="Closed" />
        <Tab name="find" title="Find" />
      </div>
      <div class="queue-list"><List /></div>
    </nav>
  );
}

function List() {
  if (tab.value === "find") return <Find />;
  return tab.value === "open" ? <Open /> : <Closed />;
}

function Tab({ name, title }: { name: typeof tab.value; title: string }) {
  return (
    <button type="button" aria-pressed={tab.value === name} onClick={() => (tab.value = name)}>
      {title}
    </button>
  );
}

function Open() {
  if (queue.value === null) return <p class="queue-empty">One moment…</p>;
  if (queue.value.length === 0) return <p class="queue-empty">Nobody is waiting. New requests appear here by themselves.</p>;
  return (
    <>
      <Filters />
      {listed.value.length === 0 && <p class="queue-empty">Nothing passes the filter.</p>}
      <Group title="With you" entries={mine.value.filter(passes)} />
      <Group title="Waiting" entries={waiting.value.filter(passes)} />
      <Group title="With colleagues" entries={others.value.filter(passes)} />
    </>
  );
}

function Closed() {
  const missing = closed.value === null;
  useEffect(() => {
    if (missing) void loadClosed();
  }, [missing]);
  if (closed.value === null) return <p class="queue-empty">One moment…</p>;
  if (closed.value.length === 0) return <p class="queue-empty">Nothing has been closed yet.</p>;
  const newestFirst = [...closed.value].sort((a, b) => (b.closed_at ?? "").localeCompare(a.closed_at ?? ""));
  return <Group title="Closed" entries={newestFirst} />;
}

function Group({ title, entries }: { title: string; entries: QueueEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <section class="group" aria-label={title}>
      <h2>
        {title} <span class="count">{entries.length}</span>
      </h2>
      <ul>
        {entries.map((entry) => (
          <li key={entry.id}>
            <Entry entry={entry} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Entry({ entry }: { entry: QueueEntry }) {
  const current = openId.value === entry.id;
  return (
    <a
      class="entry"
      data-entry={entry.id}
      data-state={entry.state}
      data-unread={isUnread(entry)}
      href={pathOf(entry.id)}
      aria-current={current ? "true" : undefined}
      onClick={(event) => follow(event, () => open(entry.id))}
    >
      <span class="entry-name">
        {nameOf(entry.customer)}
        {isUnread(entry) && <span class="unread">New</span>}
      </span>
      <span class="entry-time">{timing(entry)}</span>
      <span class="entry-goal">{entry.goal ?? entry.asked ?? REASONS[entry.reason]}</span>
      <span class="entry-foot">
        <span class="channel">{channelName(entry.channel)}</span>
        <span>{standing(entry)}</span>
        <Unanswered entry={entry} />
      </span>
    </a>
  );
}

function Unanswered({ entry }: { entry: QueueEntry }) {
  if (entry.unanswered === 0 || isClosed(entry.state)) return null;
  return (
    <span class="unanswered">
      {entry.unanswered}
      <span class="unseen"> unanswered</span>
    </span>
  );
}

function standing(entry: QueueEntry): string {
  if (entry.state === "accepted" || entry.state === "active") {
    const colleague = entry.agent && entry.agent.id !== agent.value?.id ? ` · ${entry.agent.name}` : "";
    return STATES[entry.state] + colleague;
  }
  return isClosed(entry.state) ? STATES[entry.state] : REASONS[entry.reason];
}

/** How long somebody has waited; when nobody waits, when something was last said. */
function timing(entry: QueueEntry): string {
  if (isClosed(entry.state)) return since(entry.closed_at ?? entry.requested_at);
  const owned = entry.state === "accepted" || entry.state === "active";
  return since(owned && entry.last_message ? entry.last_message.at : entry.requested_at);
}
