/** @jsxImportSource react */
// A page of React's that uses docs/examples/react, as its docs say, for test_examples.py.
import { type ReactElement, StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import { ThreadkeeperChat } from "../../../docs/examples/react/ThreadkeeperChat";

const server = new URLSearchParams(location.search).get("server") ?? "";

function Page(): ReactElement {
  const [identity, setIdentity] = useState<string | null>(null);
  const [isThere, setIsThere] = useState(true);
  const [heard, setHeard] = useState<string[]>([]);
  const login = async (): Promise<void> => setIdentity(await (await fetch("/my/chat-identity")).text());
  return (
    <>
      <button onClick={() => void login()}>Log in</button>
      <button onClick={() => setIdentity(null)}>Log out</button>
      <button onClick={() => setIsThere(!isThere)}>Leave or come back</button>
      <output>{heard.join(" ")}</output>
      {isThere && (
        <ThreadkeeperChat
          server={server}
          name="Fern"
          identity={identity}
          onMessage={({ author, text }) => setHeard((before) => [...before, `${author}: ${text}`])}
        />
      )}
    </>
  );
}

createRoot(document.querySelector("#page")!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
