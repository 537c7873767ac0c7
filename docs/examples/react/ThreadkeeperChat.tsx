/** @jsxImportSource react */
"use client";

// The chat as a React component (19 or newer). widget.d.ts beside it is a copy of your server's /widget.d.ts.
import { type ReactElement, useEffect, useRef } from "react";
import type { ThreadkeeperChat as ChatElement, ThreadkeeperEvents } from "./widget";

declare module "react" {
  namespace JSX {
    interface IntrinsicElements {
      "threadkeeper-chat": DetailedHTMLProps<HTMLAttributes<ChatElement>, ChatElement>;
    }
  }
}

export interface ChatProps {
  /** Where Threadkeeper runs, such as "https://chat.example.com". */
  server: string;
  /** Who is logged in: a token that your server has signed. Null when nobody is. */
  identity?: string | null;
  name?: string;
  greeting?: string;
  colour?: string;
  onMessage?: (message: ThreadkeeperEvents["threadkeeper:message"]["detail"]) => void;
  /** Give another `identity` then. */
  onIdentityExpired?: () => void;
}

export function ThreadkeeperChat(props: ChatProps): ReactElement {
  const { server, identity = null, name, greeting, colour, onMessage, onIdentityExpired } = props;
  const chat = useRef<ChatElement>(null);
  const known = useRef<string | null>(null);

  useEffect(() => load(`${server}/widget.js`), [server]);

  useEffect(() => {
    let isCurrent = true;
    void customElements.whenDefined("threadkeeper-chat").then(() => {
      if (!isCurrent || identity === known.current) return;
      known.current = identity;
      if (identity) chat.current?.identify(identity);
      else chat.current?.logout();
    });
    return () => {
      isCurrent = false;
    };
  }, [identity]);

  useEffect(() => {
    const leave = new AbortController();
    const until = { signal: leave.signal };
    chat.current?.addEventListener("threadkeeper:message", ({ detail }) => onMessage?.(detail), until);
    chat.current?.addEventListener("threadkeeper:identity-expired", () => onIdentityExpired?.(), until);
    return () => leave.abort();
  }, [onMessage, onIdentityExpired]);

  return <threadkeeper-chat ref={chat} data-name={name} data-greeting={greeting} data-colour={colour} />;
}

/** The script defines the element. It is loaded once, however often the component comes and goes. */
function load(src: string): void {
  if ([...document.scripts].some((script) => script.src === src)) return;
  document.head.append(Object.assign(document.createElement("script"), { src }));
}
