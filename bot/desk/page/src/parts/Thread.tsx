// The conversation, however long: only what is near the place where one reads is in the page.
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { mentions, readHere } from "../mentions";
import { loadBackTo, loadEarlier } from "../moves";
import { Place } from "../place";
import type { Conversation, Message } from "../protocol";
import { editing } from "../replies";
import { thread, wanted } from "../state";
import { type Item, itemsOf, keyOf } from "../thread";
import { Row } from "./Row";
import "./Thread.css";

export function Thread({ view }: { view: Conversation }) {
  const messages = thread.value;
  const [items, keys] = useItems(view, messages);
  const [place] = useState(() => new Place(() => void loadEarlier()));
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => readHere(view.id), [view.id, mentions.value]);
  useLayoutEffect(() => (box.current && list.current ? place.watch(box.current, list.current) : undefined), []);
  useLayoutEffect(() => place.settle());
  useWanted(view, place);
  const last = messages[messages.length - 1]?.number ?? 0;
  const kept = editing.value === null ? [] : [keyOf(editing.value)];
  return (
    <div class="thread-frame">
      {/* Rows that come into the page by scrolling are no news: only at the end is what comes in read out. */}
      <div class="thread" ref={box} role="log" aria-label="What was said" aria-live={place.atEnd.value ? "polite" : "off"} tabIndex={0}>
        <div class="rows" ref={list}>
          <Earlier messages={messages} />
          {place.draw(keys, kept).flatMap((span) =>
            span.drawn
              ? items.slice(span.from, span.to).map((item) => <Row key={item.key} item={item} view={view} of={last} />)
              : [<div key={`gap ${span.from}`} class="gap" data-gap={span.to} style={{ height: `${place.heightOf(span)}px` }} />],
          )}
        </div>
      </div>
      <ToEnd place={place} newest={`${last} ${view.notes.length}`} />
    </div>
  );
}

function useItems(view: Conversation, messages: Message[]): [Item[], string[]] {
  return useMemo(() => {
    const items = itemsOf(view, messages);
    return [items, items.map((item) => item.key)];
  }, [view, messages]);
}

/** Show the message that a link led to, once everything back to it is here. */
function useWanted(view: Conversation, place: Place): void {
  const link = wanted.value;
  useEffect(() => {
    if (link === null || link.id !== view.id) return;
    void loadBackTo(link.number).then(() => {
      if (wanted.value === link) wanted.value = null;
      requestAnimationFrame(() => place.show(keyOf(link.number)));
    });
  }, [link, view.id]);
}

/** Says that something new stands below what one reads. */
function ToEnd({ place, newest }: { place: Place; newest: string }) {
  const seen = useRef(newest);
  if (place.atEnd.value) seen.current = newest;
  return (
    <div role="status">
      {seen.current !== newest && (
        <button class="plain to-end" type="button" onClick={() => place.toEnd()}>
          New messages
        </button>
      )}
    </div>
  );
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
