import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, Refusal } from "../api";
import { signIn } from "../session";
import "./Login.css";

/** Why a sign-in by the operator's own login came to nothing, by the code in the address. */
const REFUSALS: Record<string, string> = {
  unknown: "Nobody at this desk has that e-mail address. Ask an admin to let you in.",
  unverified: "Your login does not vouch for your e-mail address, so we can’t tell who you are.",
  stale: "That took too long, or began in another window. Please try again.",
  provider: "Your login could not be asked just now. Try again, or use your password.",
};

export function Login() {
  const refused = useSignal<string | null>(null);
  const busy = useSignal(false);
  const other = useSignal<string | null>(null);
  useEffect(() => {
    refused.value = REFUSALS[new URLSearchParams(location.search).get("refused") ?? ""] ?? null;
    void api.waysIn().then(
      ({ oidc }) => (other.value = oidc),
      () => undefined,
    );
  }, []);

  async function submit(event: Event) {
    event.preventDefault();
    if (busy.value) return;
    const fields = new FormData(event.target as HTMLFormElement);
    busy.value = true;
    refused.value = null;
    try {
      await signIn(String(fields.get("email")), String(fields.get("password")));
    } catch (failure) {
      refused.value = failure instanceof Refusal ? failure.message : "Something went wrong. Please try again.";
    } finally {
      busy.value = false;
    }
  }

  return (
    <main class="login">
      <form class="login-card" onSubmit={submit} aria-labelledby="login-title">
        <Mark />
        <h1 id="login-title">Sign in to the desk</h1>
        <label for="email">E-mail</label>
        <input id="email" name="email" type="email" autocomplete="username" required autofocus />
        <label for="password">Password</label>
        <input id="password" name="password" type="password" autocomplete="current-password" required />
        <p class="refused" role="alert">
          {refused.value}
        </p>
        <button class="primary" type="submit" disabled={busy.value}>
          {busy.value ? "Signing in…" : "Sign in"}
        </button>
        {other.value !== null && (
          <a class="other-way" href="/api/desk/oidc/start">
            Sign in with {other.value}
          </a>
        )}
      </form>
    </main>
  );
}

export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" />
      <path d="M7 21c4-10 7-10 9-5s5 5 9-5" />
    </svg>
  );
}
