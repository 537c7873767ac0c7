// Where somebody reads in a long list of rows, kept while rows come in above and below and only those near are drawn.
// The component that draws the list (parts/Thread.tsx) asks what to draw and says when it has drawn it.
import { signal } from "@preact/signals";
import { around, BEYOND, Heights, type Range, type Span, spans } from "./windowing";

const NEAR_END = 80; // who is this near the end wants to stay there
const NEAR_TOP = 2_000; // who is this near the top is likely to want what was before

/** A row, and how far its top is from that of the box; null: the end, wherever that will be. */
type Mark = { key: string; top: number } | null;

export class Place {
  /** Whether the newest is in sight. */
  readonly atEnd = signal(true);
  readonly #drawn = signal(0);
  #heights = new Heights();
  #keys: string[] = [];
  #indexes = new Map<string, number>();
  #range: Range = { from: 0, to: 0 };
  #above = 0; // the height of what isn't drawn above the range
  #mark: Mark = null;
  #wanted: string | null = null;
  #focused: string | null = null;
  #top = 0; // where the box was scrolled to when that was last looked at
  #size = { width: 0, height: 0, list: 0 };
  #box: HTMLElement | null = null;
  #list: HTMLElement | null = null;

  constructor(private readonly nearTop: () => void) {}

  /** Watch the box that scrolls and the list in it; returns how to end it. */
  watch(box: HTMLElement, list: HTMLElement): () => void {
    [this.#box, this.#list] = [box, list];
    const scrolled = () => this.#scrolled();
    const focused = () => (this.#focused = keyOf(document.activeElement, list));
    const resized = new ResizeObserver(() => this.settle());
    box.addEventListener("scroll", scrolled, { passive: true });
    list.addEventListener("focusin", focused);
    list.addEventListener("focusout", () => (this.#focused = null));
    resized.observe(box);
    resized.observe(list);
    return () => {
      box.removeEventListener("scroll", scrolled);
      list.removeEventListener("focusin", focused);
      resized.disconnect();
    };
  }

  /** What to draw of these rows, from top to bottom. `kept` are drawn wherever they are, as is the one with the focus. */
  draw(keys: string[], kept: string[]): Span[] {
    void this.#drawn.value; // draw again when this changes
    if (keys !== this.#keys) {
      this.#keys = keys;
      this.#indexes = new Map(keys.map((key, index) => [key, index]));
      this.#move();
    }
    const indexes = [...kept, ...(this.#focused === null ? [] : [this.#focused])].map((key) => this.#indexes.get(key));
    return spans(keys.length, this.#range, [...new Set(indexes)].filter((index) => index !== undefined));
  }

  /** The height of a gap. The one above the range takes up what was guessed wrongly, so that what is read stays in place. */
  heightOf(gap: Range): number {
    const guess = this.#heights.between(this.#keys, gap.from, gap.to);
    if (gap.to !== this.#range.from) return guess;
    return Math.max(0, this.#above - this.#heights.between(this.#keys, 0, gap.from));
  }

  /** It is drawn: learn the heights, and put back what was being read. */
  settle(): void {
    const [box, list] = [this.#box, this.#list];
    if (box === null || list === null) return;
    if (box.clientWidth !== this.#size.width) this.#heights.forget();
    this.#measure(list);
    if (this.#mark !== null) this.#putBack(box, this.#mark);
    else if (box.clientHeight !== this.#size.height || list.offsetHeight !== this.#size.list) box.scrollTop = box.scrollHeight;
    this.#top = box.scrollTop;
    this.#size = { width: box.clientWidth, height: box.clientHeight, list: list.offsetHeight };
    this.#cover(box);
  }

  /** Bring a row into the middle and give it the focus. */
  show(key: string): void {
    if (!this.#indexes.has(key)) return;
    this.#wanted = key;
    this.#mark = { key, top: (this.#box?.clientHeight ?? 0) / 2 };
    this.#redraw();
  }

  toEnd(): void {
    this.#mark = null;
    this.#size.list = 0;
    this.atEnd.value = true;
    this.#box?.focus({ preventScroll: true });
    this.#redraw();
  }

  #redraw(): void {
    this.#move();
    this.#drawn.value++;
  }

  /** Draw other rows if there are not enough above and below, unless that is all there can be. */
  #cover(box: HTMLElement): void {
    if (this.#covers(box)) return;
    const { from, to } = this.#range;
    this.#move();
    if (this.#range.from !== from || this.#range.to !== to) this.#drawn.value++;
  }

  /** Choose what is around the mark. */
  #move(): void {
    const seen = this.#box?.clientHeight ?? window.innerHeight;
    const index = this.#mark === null ? undefined : this.#indexes.get(this.#mark.key);
    if (index === undefined) this.#mark = null;
    const count = this.#keys.length;
    const next =
      index === undefined
        ? around(this.#keys, this.#heights, count, seen + BEYOND, 0)
        : around(this.#keys, this.#heights, index, BEYOND, seen + BEYOND);
    this.#above = this.#heights.between(this.#keys, 0, next.from);
    this.#range = next;
  }

  #scrolled(): void {
    const box = this.#box;
    if (box === null) return;
    this.atEnd.value = this.#range.to === this.#keys.length && box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_END;
    this.#top = box.scrollTop;
    this.#mark = this.atEnd.value ? null : (this.#inSight(box) ?? this.#guess(box));
    this.#cover(box);
    if (box.scrollTop < NEAR_TOP) this.nearTop();
  }

  /** Whether enough is drawn above and below what is seen. */
  #covers(box: HTMLElement): boolean {
    const { from, to } = this.#range;
    const [first, last] = [this.#row(from), this.#row(to - 1)];
    if (first === null || last === null) return this.#keys.length === 0;
    const { top, bottom } = box.getBoundingClientRect();
    const above = from === 0 || first.getBoundingClientRect().top < top - BEYOND / 2;
    return above && (to === this.#keys.length || last.getBoundingClientRect().bottom > bottom + BEYOND / 2);
  }

  /** The first row in sight that will still be there when more has come in above it. */
  #inSight(box: HTMLElement): Mark {
    const { top, bottom } = box.getBoundingClientRect();
    for (const row of this.#rows()) {
      const place = row.getBoundingClientRect();
      if (place.bottom > top && place.top < bottom && row.localName === "article") return { key: row.dataset.key ?? "", top: place.top - top };
    }
    return null;
  }

  /** Where nothing is drawn: the row that would be here. */
  #guess(box: HTMLElement): Mark {
    const key = this.#keys[this.#heights.at(this.#keys, box.scrollTop)];
    return key === undefined ? null : { key, top: 0 };
  }

  #measure(list: HTMLElement): void {
    const end = list.getBoundingClientRect().bottom;
    for (const row of this.#rows()) {
      const next = row.nextElementSibling?.getBoundingClientRect().top ?? end;
      this.#heights.set(row.dataset.key ?? "", next - row.getBoundingClientRect().top);
    }
  }

  #putBack(box: HTMLElement, mark: NonNullable<Mark>): void {
    const row = this.#row(this.#indexes.get(mark.key) ?? -1);
    if (row === null) return;
    const wanted = this.#wanted === mark.key;
    if (wanted) mark.top = Math.max(0, (box.clientHeight - row.offsetHeight) / 2);
    else mark.top += this.#top - box.scrollTop; // it was scrolled since, of which the event is still to come
    const off = row.getBoundingClientRect().top - box.getBoundingClientRect().top - mark.top;
    if (Math.abs(off) >= 1) box.scrollTop += off - (wanted ? 0 : this.#takeUp(off));
    if (wanted) row.focus({ preventScroll: true });
    if (wanted) this.#wanted = null;
  }

  /**
   * Let the gap above take up what was guessed wrongly; how many pixels it took: all or none, lest it is far from what it
   * stands for. So scrolling is left alone: to set it would end its glide.
   */
  #takeUp(off: number): number {
    const gap = this.#list?.querySelector<HTMLElement>(`[data-gap="${this.#range.from}"]`) ?? null;
    const guess = this.#heights.between(this.#keys, 0, this.#range.from);
    const above = this.#above - off;
    if (gap === null || gap.offsetHeight < off || above < guess / 2 || above > guess * 2) return 0;
    gap.style.height = `${gap.offsetHeight - off}px`;
    this.#above = above;
    return off;
  }

  #rows(): HTMLElement[] {
    return [...(this.#list?.children ?? [])].filter((one): one is HTMLElement => one instanceof HTMLElement && one.dataset.key !== undefined);
  }

  #row(index: number): HTMLElement | null {
    const key = this.#keys[index];
    return key === undefined ? null : (this.#list?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`) ?? null);
  }
}

function keyOf(element: Element | null, list: HTMLElement): string | null {
  const row = element?.closest<HTMLElement>("[data-key]");
  return row != null && list.contains(row) ? (row.dataset.key ?? null) : null;
}
