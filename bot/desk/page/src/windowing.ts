// Which rows of a very long list stand in the page: those in sight and some beyond. Heights are pixels; those of rows that
// were never drawn are taken to be the average. Knows no DOM; see place.ts for who uses it.

const FIRST_GUESS = 60;

/** How much is drawn beyond what is seen, above and below. */
export const BEYOND = 1_200;
/** How many rows are drawn at most, besides those that are kept. */
export const MOST = 160;

export interface Range {
  from: number;
  to: number; // the first that isn't in it
}

/** Rows that are drawn, or a gap in place of rows that are not. */
export interface Span extends Range {
  drawn: boolean;
}

/** Heights of rows by key, as far as they were drawn. */
export class Heights {
  #known = new Map<string, number>();
  #sum = 0;

  of(key: string): number {
    return this.#known.get(key) ?? (this.#known.size > 0 ? this.#sum / this.#known.size : FIRST_GUESS);
  }

  set(key: string, height: number): void {
    this.#sum += height - (this.#known.get(key) ?? 0);
    this.#known.set(key, height);
  }

  /** They hold no longer: the list has got another width. */
  forget(): void {
    this.#known.clear();
    this.#sum = 0;
  }

  between(keys: string[], from: number, to: number): number {
    let sum = 0;
    for (let index = from; index < to; index++) sum += this.of(keys[index] as string);
    return sum;
  }

  /** The row at a distance from the top of the list. */
  at(keys: string[], distance: number): number {
    let index = 0;
    for (let left = distance; index < keys.length - 1; index++) {
      left -= this.of(keys[index] as string);
      if (left < 0) break;
    }
    return index;
  }
}

/** The rows from so many pixels above the row at `index` to so many below its top. */
export function around(keys: string[], heights: Heights, index: number, above: number, below: number): Range {
  let [from, to] = [index, index];
  for (let left = above; from > 0 && left > 0; from--) left -= heights.of(keys[from - 1] as string);
  for (let left = below; to < keys.length && left > 0; to++) left -= heights.of(keys[to] as string);
  const tooMany = Math.max(0, to - from - MOST);
  const share = Math.min(index - from, Math.floor(tooMany / 2));
  return { from: from + share, to: to - (tooMany - share) };
}

/** The whole list from top to bottom: what is drawn, which is the range and the rows kept besides, and gaps. */
export function spans(count: number, range: Range, kept: number[]): Span[] {
  const alone = kept.filter((index) => index < range.from || index >= range.to).map((index) => ({ from: index, to: index + 1 }));
  const drawn = [...alone, range].filter((one) => one.from < one.to).sort((a, b) => a.from - b.from);
  const all: Span[] = [];
  let end = 0;
  for (const one of drawn) {
    if (one.from > end) all.push({ from: end, to: one.from, drawn: false });
    all.push({ ...one, drawn: true });
    end = one.to;
  }
  if (end < count) all.push({ from: end, to: count, drawn: false });
  return all;
}
