import { useEffect } from "preact/hooks";
import { listenToKeys } from "../keys";
import { TEAM_PLACE, faqPathOf, follow, open, openCanned, openFaq, openTeam, pathOf, signOut } from "../session";
import { agent, atTeam, conversation, dialog, faqPlace, gone, leads, line, notice, openId, pane, writingCanned } from "../state";
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

export function Desk() {
  useEffect(listenToKeys, []);
  useEffect(listenForWhispers, []);
  return (
    <div class="desk" data-pane={pane.value}>
      <Bar />
      <Notice />
      <Screen />
      <Reminder />
      <Dialogs />
    </div>
  );
}

function Screen() {
  if (writingCanned.value) return <Canned />;
  if (atTeam.value) return <Team />;
  return faqPlace.value === undefined ? <Conversations /> : <Faq />;
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
        <Place title="Conversations" path={pathOf(openId.value)} here={faqPlace.value === undefined && !writingCanned.value && !atTeam.value} go={() => open(openId.value)} />
        <Place title="FAQ" path={faqPathOf(null)} here={faqPlace.value !== undefined} go={() => openFaq(null)} />
        <Place title="Replies" path="/desk/replies" here={writingCanned.value} go={openCanned} />
        {leads.value && <Place title="Team" path={TEAM_PLACE} here={atTeam.value} go={openTeam} />}
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

function Place({ title, path, here, go }: { title: string; path: string; here: boolean; go: () => void }) {
  return (
    <a href={path} aria-current={here ? "page" : undefined} onClick={(event) => follow(event, go)}>
      {title}
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
