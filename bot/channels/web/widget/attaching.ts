// Files: choosing one, how far it is on its way, what became of it, and saving one that came.
import { el, icon } from "./dom";
import type { Attachment } from "./protocol";
import { Refused } from "./server";
import { texts } from "./texts";

const CLIP = "M20 11.5l-8 8a5 5 0 0 1-7-7l8.500-8.500a3.300 3.300 0 0 1 4.700 4.700l-8.500 8.500a1.700 1.700 0 0 1-2.400-2.400l7.800-7.800";

export interface Files {
  /** `onWay` is told which share of it has arrived. Rejects with what the server says of it. */
  attach(file: File, onWay: (share: number) => void): Promise<void>;
  file(number: number, place: number): Promise<Blob>;
}

export class Attaching {
  readonly button = el("button", { type: "button", className: "tool attach", ariaLabel: texts.attach, hidden: true }, icon(CLIP));
  readonly chooser = el("input", { type: "file", hidden: true, accept: "image/png,image/jpeg,image/gif,image/webp,.pdf,.txt", tabIndex: -1 });
  #words = el("p", { role: "status" });
  #onWay = el("progress", { max: 1, hidden: true });
  /** What is told of a file, above the input. */
  readonly told = el("div", { className: "told", hidden: true }, this.#words, this.#onWay);

  constructor(
    private readonly files: Files,
    private readonly done: () => void,
  ) {
    this.button.onclick = () => this.chooser.click();
    this.chooser.onchange = () => void this.#send();
  }

  async save(number: number, file: Attachment): Promise<void> {
    try {
      const url = URL.createObjectURL(await this.files.file(number, file.place));
      el("a", { href: url, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(url), 60_000);
      this.#tell("");
    } catch {
      this.#tell(texts.gone);
    }
  }

  async #send(): Promise<void> {
    const file = this.chooser.files?.[0];
    this.chooser.value = "";
    if (!file) return;
    this.#tell(texts.attaching(file.name));
    this.#onWay.ariaLabel = texts.attaching(file.name);
    this.#onWay.value = 0;
    this.#onWay.hidden = false;
    this.button.disabled = true;
    try {
      await this.files.attach(file, (share) => (this.#onWay.value = share));
      this.#tell("");
    } catch (problem) {
      const status = problem instanceof Refused ? problem.status : 0;
      this.#tell(status === 415 ? texts.notTaken : status === 413 ? texts.tooLarge : texts.notSent);
    }
    this.#onWay.hidden = true;
    this.button.disabled = false;
    this.done();
  }

  #tell(words: string): void {
    this.#words.textContent = words;
    this.told.hidden = !words;
  }
}
