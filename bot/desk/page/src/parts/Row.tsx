// What was said, noted and done, each as one row of the conversation.
import type { ComponentChildren } from "preact";
import { momentOf, timeOf } from "../clock";
import type { Conversation, Message, Note } from "../protocol";
import { editing, isWaiting } from "../replies";
import { agent } from "../state";
import type { Item } from "../thread";
import { channelName, speaker } from "../words";
import { DeliveryLine, Editor } from "./DeliveryLine";
import { Attachments } from "./Files";
import "./Row.css";

/** One row of the conversation. `data-key` is how place.ts knows it. */
export function Row({ item, view, of }: { item: Item; view: Conversation; of: number }) {
  if (item.kind === "day") return <h3 class="day" data-key={item.key}>{item.text}</h3>;
  if (item.kind === "mark") {
    return (
      <p class="happened" data-key={item.key}>
        {item.text} · <time dateTime={item.at}>{timeOf(item.at)}</time>
      </p>
    );
  }
  if (item.kind === "note") return <InternalNote id={item.key} note={item.note} />;
  return <Said item={item} view={view} of={of} />;
}

/** The note with what calls this agent in bold. */
function called(text: string): ComponentChildren {
  const name = agent.value?.name;
  if (name === undefined) return text;
  return text.split(new RegExp(`(@${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")})`, "i")).map((piece, place) =>
    place % 2 === 1 ? <strong class="called">{piece}</strong> : piece,
  );
}

function InternalNote({ id, note }: { id: string; note: Note }) {
  return (
    <article class="note" data-key={id}>
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

/** What a customer answered to, as their app shows it above the answer. */
function Answered({ to }: { to: NonNullable<Message["answered"]> }) {
  return (
    <blockquote class="answered">
      <p class="unseen">In answer to {to.ours ? "our words" : "their own words"}:</p>
      {to.text}
    </blockquote>
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

function Said({ item, view, of }: { item: Extract<Item, { kind: "message" }>; view: Conversation; of: number }) {
  const { message, leads } = item;
  return (
    <article
      class="said"
      data-author={message.author}
      data-key={item.key}
      id={`message-${message.number}`}
      tabIndex={-1}
      aria-posinset={message.number}
      aria-setsize={of}
    >
      {leads && (
        <p class="by">
          <strong>{speaker(message, view, agent.value?.name)}</strong>
          <span class="channel">{channelName(message.channel)}</span>
          <time dateTime={message.at}>{timeOf(message.at)}</time>
        </p>
      )}
      {message.answered !== null && <Answered to={message.answered} />}
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
