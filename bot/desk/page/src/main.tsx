// The desk's page: a login, then queue, conversation and brief side by side.
import { render } from "preact";
import { watchForNews } from "./alerts";
import "./base.css";
import { Desk } from "./parts/Desk";
import { Login } from "./parts/Login";
import { Reset, RESET_PLACE } from "./parts/Reset";
import { start } from "./session";
import { agent } from "./state";

function Page() {
  if (location.pathname === RESET_PLACE) return <Reset />;
  if (agent.value === undefined) return <p class="starting">One moment…</p>;
  return agent.value === null ? <Login /> : <Desk />;
}

render(<Page />, document.getElementById("desk") as HTMLElement);
if (location.pathname !== RESET_PLACE) {
  start();
  watchForNews();
}
