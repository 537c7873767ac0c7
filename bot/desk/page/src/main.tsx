// The desk's page: a login, then queue, conversation and brief side by side.
import { render } from "preact";
import "./base.css";
import { Desk } from "./parts/Desk";
import { Login } from "./parts/Login";
import { start } from "./session";
import { agent } from "./state";

function Page() {
  if (agent.value === undefined) return <p class="starting">One moment…</p>;
  return agent.value === null ? <Login /> : <Desk />;
}

render(<Page />, document.getElementById("desk") as HTMLElement);
start();
