// The demo shop's own script: lists the sample customers and logs in as one, as a real shop's login would.
import type { ThreadkeeperChat } from "../widget/protocol";

interface Customer {
  id: string;
  name: string;
  orders: unknown[];
}

const KEY = "fernhill-customer";
const select = document.querySelector<HTMLSelectElement>("#customer")!;
const note = document.querySelector<HTMLElement>("#customer-note")!;

const chat = (): ThreadkeeperChat | null => document.querySelector("threadkeeper-chat");

async function fill(): Promise<void> {
  const customers = (await (await fetch("/demo/customers")).json()) as Customer[];
  for (const { id, name, orders } of customers) {
    const count = orders.length === 1 ? "1 order" : `${orders.length || "no"} orders`;
    select.add(new Option(`${name} (${count})`, id));
  }
  select.value = sessionStorage.getItem(KEY) ?? "";
  if (select.value) await login(select.value);
  select.disabled = false;
}

async function login(id: string): Promise<void> {
  const response = await fetch("/demo/login", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ id }),
  });
  if (!response.ok) throw new Error("The login was refused.");
  const { identity, name } = (await response.json()) as { identity: string; name: string };
  sessionStorage.setItem(KEY, id);
  chat()?.identify(identity);
  note.textContent = `Logged in as ${name}.`;
}

function logout(): void {
  sessionStorage.removeItem(KEY);
  chat()?.logout();
  note.textContent = "Nobody is logged in.";
}

async function change(): Promise<void> {
  try {
    if (select.value) await login(select.value);
    else logout();
  } catch {
    note.textContent = "That did not work. Is the server still running?";
  }
}

select.addEventListener("change", () => void change());
// A login here that the server no longer accepts is made anew.
document.addEventListener("threadkeeper:identity-expired", () => void change());
for (const button of document.querySelectorAll("[data-open-chat]")) {
  button.addEventListener("click", () => void chat()?.open());
}
fill().catch(() => (note.textContent = "The list of customers could not be loaded. Please reload the page."));
