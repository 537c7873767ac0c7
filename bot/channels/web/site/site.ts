// The operators' page: puts the line together from what is chosen, shows it at the chat here, and copies it.
const server = document.body.dataset.server!;
const form = document.querySelector("form")!;
const line = document.querySelector("#line")!;
const copy = document.querySelector<HTMLButtonElement>("#copy")!;
const copied = document.querySelector("#copied")!;
const NAMES = ["name", "subtitle", "greeting", "colour", "theme", "language"] as const;

/** What was chosen, without what was left out and without a colour that is none. */
function chosen(): [string, string][] {
  const given = new FormData(form);
  return NAMES.map((name): [string, string] => [name, String(given.get(name) ?? "").trim().replace(/\s+/g, " ")]).filter(
    ([name, value]) => value !== "" && (name !== "colour" || /^#[0-9a-f]{6}$/i.test(value)),
  );
}

function escaped(value: string): string {
  return value.replace(/&/g, "&amp;").replace(/"/g, "&quot;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

function written(): string {
  const more = chosen().map(([name, value]) => `\n  data-${name}="${escaped(value)}"`);
  return `<script src="${escaped(server)}/widget.js" defer${more.join("")}></script>`;
}

/** A chat of its own for this page, begun anew whenever something else is chosen. */
function preview(): void {
  const element = document.createElement("threadkeeper-chat");
  for (const [name, value] of chosen()) element.dataset[name] = value;
  document.querySelectorAll("threadkeeper-chat").forEach((old) => old.remove());
  document.body.append(element);
}

function renew(): void {
  line.textContent = written();
  copied.textContent = "";
  const colour = form.querySelector<HTMLInputElement>("#colour")!;
  const isWrong = !colour.checkValidity();
  colour.ariaInvalid = String(isWrong);
  document.querySelector("#colour-note")!.textContent = isWrong ? "Write it as # and six digits or letters from a to f." : "";
}

form.addEventListener("input", renew);
form.addEventListener("change", () => {
  renew();
  preview();
});
form.addEventListener("submit", (event) => event.preventDefault());
copy.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(written());
    copied.textContent = "Copied.";
  } catch {
    getSelection()?.selectAllChildren(line); // no leave to copy, as on pages without https
    copied.textContent = "It is selected: copy it with Ctrl and C.";
  }
});
copy.hidden = false;
renew();

export {};
