import { useSignal } from "@preact/signals";
import { notificationsOn, setNotifications, setSound, soundOn } from "../alerts";
import { api, Refusal } from "../api";
import { agent, dialog } from "../state";
import { Modal } from "./Dialogs";

/** What is one's own: how to be told of news, and the password. */
export function Account() {
  return (
    <Modal title={agent.value?.name ?? "You"}>
      <Alerts />
      <Password />
    </Modal>
  );
}

function Alerts() {
  const blocked = useSignal(false);
  return (
    <>
      <h3>When somebody waits or writes to you</h3>
      <label class="switch">
        <input type="checkbox" checked={soundOn.value} onChange={(event) => setSound(event.currentTarget.checked)} />
        Play a sound
      </label>
      <label class="switch">
        <input
          type="checkbox"
          checked={notificationsOn.value}
          onChange={async (event) => {
            const box = event.currentTarget;
            const wanted = box.checked;
            const granted = await setNotifications(wanted);
            box.checked = granted;
            blocked.value = wanted && !granted;
          }}
        />
        Show a notification while the desk is out of sight
      </label>
      <p class="refused" role="alert">
        {blocked.value && "Your browser does not allow it. Allow notifications for this page in its settings."}
      </p>
    </>
  );
}

function Password() {
  const said = useSignal<string | null>(null);
  const done = useSignal(false);
  async function submit(event: Event) {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const fields = new FormData(form);
    said.value = null;
    try {
      await api.changePassword(String(fields.get("current")), String(fields.get("new")));
      form.reset();
      done.value = true;
    } catch (failure) {
      done.value = false;
      said.value = failure instanceof Refusal ? failure.message : "Something went wrong. Please try again.";
    }
  }
  return (
    <form onSubmit={submit}>
      <h3>Password</h3>
      <label for="current">Present password</label>
      <input id="current" name="current" type="password" autocomplete="current-password" required />
      <label for="new">New password, at least 8 characters</label>
      <input id="new" name="new" type="password" autocomplete="new-password" minLength={8} maxLength={200} required />
      <p class="refused" role="alert">
        {said.value}
      </p>
      <p role="status">{done.value && "Changed. You have been signed out everywhere else."}</p>
      <div class="dialog-foot">
        <button class="plain" type="button" onClick={() => (dialog.value = null)}>
          Close
        </button>
        <button class="primary" type="submit">
          Change password
        </button>
      </div>
    </form>
  );
}
