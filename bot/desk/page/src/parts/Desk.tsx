import { useEffect } from "preact/hooks";
import { listenToKeys } from "../keys";
import { faqPathOf, follow, open, openFaq, openScreen, pathOf, PLACES, signOut } from "../session";
import { agent, conversation, dialog, gone, leads, line, notice, openId, pane, pile, screen, type Screen } from "../state";
import { listenForWhispers } from "../whispers";
import { BriefPane } from "./Brief";
import { Canned } from "./Canned";
import { Conversation } from "./Conversation";
import "./Desk.css";
import { Dialogs } from "./Dialogs";
import { Faq } from "./Faq";
import { Mark } from "./Login";
import { MentionsButton } from "./Mentions";
import { OwedButton, Reminder } from "./Promises";
import { Queue } from "./Queue";
import { Team } from "./Team";
import { Undelivered } from "./Undelivered";

export function Desk() {
  useEffect(listenToKeys, []);
  useEffect(listenForWhispers, []);
  return (
    <div class="desk" data-pane={pane.value}>
      <Bar />
      <Notice />
      <Shown />
      <Reminder />
      <Dialogs />
    </div>
  );
}

function Shown() {
  switch (screen.value) {
    case "replies":
      return <Canned />;
    case "team":
      return <Team />;
    case "undelivered":
      return <Undelivered />;
    case "faq":
      return <Faq />;
    default:
      return <Conversations />;
  }
}

function Conversations() {
  return (
    <main class="panes">
      <Queue />
      <section class="middle" aria-label="Conversation">
        <Middle />
      </section>
      <section class="context" aria-label="Brief">
        {conversation.value && <BriefPane view={conversation.value} />}
      </section>
    </main>
  );
}

function Middle() {
  if (gone.value) return <Empty title="This conversation is no longer here." hint="Its customer’s data was erased." />;
  if (conversation.value) return <Conversation key={conversation.value.id} view={conversation.value} />;
  if (openId.value !== null) return <Empty title="One moment…" hint="" />;
  return <Empty title="Choose a conversation" hint="Press j for the first one, or ? for all shortcuts." />;
}

function Empty({ title, hint }: { title: string; hint: string }) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      <p>{hint}</p>
    </div>
  );
}

function Bar() {
  return (
    <header class="bar">
      <Mark />
      <h1>
        Threadkeeper <span>desk</span>
      </h1>
      <nav class="places" aria-label="Desk">
        <Place title="Conversations" path={pathOf(openId.value)} on="conversations" go={() => open(openId.value)} />
        <Place title="FAQ" path={faqPathOf(null)} on="faq" go={() => openFaq(null)} />
        <Place title="Replies" path={PLACES.replies} on="replies" go={() => openScreen("replies")} />
        {leads.value && (
          <>
            <Place title="Team" path={PLACES.team} on="team" go={() => openScreen("team")} />
            <Place title="Undelivered" path={PLACES.undelivered} on="undelivered" go={() => openScreen("undelivered")} count={pile.value.count} />
          </>
        )}
      </nav>
      <OwedButton />
      <MentionsButton />
      <LineState />
      <button class="quiet bar-agent" type="button" onClick={() => (dialog.value = "account")}>
        {agent.value?.name}
        <span class="unseen">: alerts and password</span>
      </button>
      <button class="quiet" type="button" aria-label="Keyboard shortcuts" onClick={() => (dialog.value = "shortcuts")}>
        ?
      </button>
      <button class="quiet" type="button" onClick={() => void signOut()}>
        Sign out
      </button>
    </header>
  );
}

interface PlaceLink {
  title: string;
  path: string;
  on: Screen;
  go: () => void;
  count?: number;
}

function Place({ title, path, on, go, count = 0 }: PlaceLink) {
  return (
    <a href={path} aria-current={screen.value === on ? "page" : undefined} onClick={(event) => follow(event, go)}>
      {title} {count > 0 && <span class="unanswered">{count > 99 ? "99+" : count}</span>}
    </a>
  );
}

function LineState() {
  const words = { connecting: "Connecting…", live: "Live", lost: "Reconnecting…" }[line.value];
  return (
    <span class="line-state" data-line={line.value} role="status">
      {words}
    </span>
  );
}

function Notice() {
  return (
    <div class="notice" role="alert" hidden={notice.value === null}>
      <span>{notice.value}</span>
      <button class="quiet" type="button" onClick={() => (notice.value = null)}>
        Close
      </button>
    </div>
  );
}
