import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { momentOf, timeOf } from "../clock";
import { mentions, readHere } from "../mentions";
import { loadEarlier } from "../moves";
import type { Conversation, Message, Note } from "../protocol";
import { agent, thread } from "../state";
import { type Item, itemsOf } from "../thread";
import { editing, isWaiting } from "../replies";
import { channelName, speaker } from "../words";
import { Attachments } from "./Files";
import { DeliveryLine, Editor } from "./DeliveryLine";
import "./Thread.css";

const NEAR_END = 80; // pixels: who is this near the end wants to stay there

export function Thread({ view }: { view: Conversation }) {
  const box = useRef<HTMLDivElement>(null);
  const below = useSignal(false);
  const messages = thread.value;
  useEffect(() => readHere(view.id), [view.id, mentions.value]);
  useStayAtEnd(box, messages, view.notes.length, below);
  return (
    <div class="thread-frame">
      <div class="thread" ref={box} role="log" aria-label="What was said" tabIndex={0}>
        <Earlier messages={messages} />
        {itemsOf(view, messages).map((item) => (
          <Row key={item.key} item={item} view={view} />
        ))}
      </div>
      {below.value && (
        <button class="plain to-end" type="button" onClick={() => toEnd(box.current)}>
          New messages
        </button>
      )}
    </div>
  );
}

/** Keep the newest in sight for those who read it; keep the place of those who read further up. */
function useStayAtEnd(
  box: { current: HTMLDivElement | null },
  messages: Message[],
  notes: number,
  below: { value: boolean },
) {
  const seen = useRef({ first: 0, last: 0, notes: 0, height: 0, atEnd: true });
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const followed = () => {
      seen.current.atEnd = isAtEnd(element);
      if (seen.current.atEnd) below.value = false;
    };
    element.addEventListener("scroll", followed, { passive: true });
    const resized = new ResizeObserver(() => seen.current.atEnd && toEnd(element));
    resized.observe(element);
    return () => {
      element.removeEventListener("scroll", followed);
      resized.disconnect();
    };
  }, []);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const { first, last, notes: noted, height, atEnd } = seen.current;
    const newFirst = messages[0]?.number ?? 0;
    const newLast = messages[messages.length - 1]?.number ?? 0;
    if (last > 0 && newFirst < first) element.scrollTop += element.scrollHeight - height;
    else if (newLast > last || notes > noted) {
      if (atEnd) toEnd(element);
      else below.value = true;
    }
    Object.assign(seen.current, { first: newFirst, last: newLast, notes, height: element.scrollHeight });
  }, [messages, notes]);
}

function isAtEnd(element: HTMLElement): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
}

function toEnd(element: HTMLElement | null): void {
  if (element) element.scrollTop = element.scrollHeight;
}

/** Show a message by its number: fetch back to it if need be, bring it into sight and mark it for a moment. */
export async function jumpTo(number: number): Promise<void> {
  while ((thread.value[0]?.number ?? 0) > number) {
    const before = thread.value[0];
    await loadEarlier();
    if (thread.value[0] === before) return;
  }
  requestAnimationFrame(() => {
    const element = document.getElementById(`message-${number}`);
    if (!element) return;
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
  });
}

function Earlier({ messages }: { messages: Message[] }) {
  const first = messages[0];
  if (first === undefined || first.number <= 1) return null;
  return (
    <button class="plain earlier" type="button" onClick={() => void loadEarlier()}>
      Show earlier messages
    </button>
  );
}

function Row({ item, view }: { item: Item; view: Conversation }) {
  if (item.kind === "day") return <h3 class="day">{item.text}</h3>;
  if (item.kind === "mark") {
    return (
      <p class="happened">
        {item.text} · <time dateTime={item.at}>{timeOf(item.at)}</time>
      </p>
    );
  }
  if (item.kind === "note") return <InternalNote note={item.note} />;
  return <Said message={item.message} leads={item.leads} view={view} />;
}

/** The note with what calls this agent in bold. */
function called(text: string): ComponentChildren {
  const name = agent.value?.name;
  if (name === undefined) return text;
  return text.split(new RegExp(`(@${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})`, "i")).map((piece, place) =>
    place % 2 === 1 ? <strong class="called">{piece}</strong> : piece,
  );
}

function InternalNote({ note }: { note: Note }) {
  return (
    <article class="note">
      <p class="by">
        <strong>{note.agent_name === agent.value?.name ? "You" : note.agent_name}</strong> · note for colleagues ·{" "}
        <time dateTime={note.at}>{momentOf(note.at)}</time>
      </p>
      <p class="words">{called(note.text)}</p>
    </article>
  );
}

function Words({ message }: { message: Message }) {
  if (editing.value === message.number && isWaiting(message)) return <Editor message={message} />;
  if (message.delivery === "withdrawn") return <p class="words withdrawn">This reply was taken back.</p>;
  if (message.text === "" && message.attachments.length > 0) return null;
  return (
    <>
      <p class="words">{message.text}</p>
      {message.earlier.length > 0 && <Before earlier={message.earlier} />}
    </>
  );
}

/** How a message read before its customer changed it. */
function Before({ earlier }: { earlier: string[] }) {
  return (
    <details class="before">
      <summary>Changed by the customer</summary>
      <ul>
        {earlier.map((text, place) => (
          <li key={place}>{text}</li>
        ))}
      </ul>
    </details>
  );
}

function Said({ message, leads, view }: { message: Message; leads: boolean; view: Conversation }) {
  return (
    <article class="said" data-author={message.author} id={`message-${message.number}`} tabIndex={-1}>
      {leads && (
        <p class="by">
          <strong>{speaker(message, view, agent.value?.name)}</strong>
          <span class="channel">{channelName(message.channel)}</span>
          <time dateTime={message.at}>{timeOf(message.at)}</time>
        </p>
      )}
      <Words message={message} />
      <Attachments message={message} />
      {message.buttons.length > 0 && (
        <ul class="choices" aria-label="Choices offered">
          {message.buttons.map((title) => (
            <li key={title}>{title}</li>
          ))}
        </ul>
      )}
      <DeliveryLine message={message} />
    </article>
  );
}
