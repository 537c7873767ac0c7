import { useSignal } from "@preact/signals";
import { api, Refusal } from "../api";
import { Mark } from "./Login";
import "./Login.css";

export const RESET_PLACE = "/desk/reset";

/** Where a link leads that sets a new password once; its secret stands behind the #. */
export function Reset() {
  const refused = useSignal<string | null>(null);
  const done = useSignal(false);

  async function submit(event: Event) {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const chosen = String(fields.get("new"));
    refused.value = chosen === String(fields.get("again")) ? null : "The two passwords are not the same.";
    if (refused.value !== null) return;
    try {
      await api.reset(location.hash.slice(1), chosen);
      history.replaceState(null, "", RESET_PLACE);
      done.value = true;
    } catch (failure) {
      refused.value = failure instanceof Refusal ? failure.message : "Something went wrong. Please try again.";
    }
  }

  if (done.value) {
    return (
      <main class="login">
        <div class="login-card">
          <Mark />
          <h1>Your new password is set</h1>
          <p>
            <a href="/desk">Sign in to the desk</a>
          </p>
        </div>
      </main>
    );
  }
  return (
    <main class="login">
      <form class="login-card" onSubmit={submit} aria-labelledby="reset-title">
        <Mark />
        <h1 id="reset-title">Set a new password</h1>
        <label for="new">New password, at least 8 characters</label>
        <input id="new" name="new" type="password" autocomplete="new-password" minLength={8} maxLength={200} required autofocus />
        <label for="again">The same again</label>
        <input id="again" name="again" type="password" autocomplete="new-password" required />
        <p class="refused" role="alert">
          {refused.value}
        </p>
        <button class="primary" type="submit">
          Set password
        </button>
      </form>
    </main>
  );
}
