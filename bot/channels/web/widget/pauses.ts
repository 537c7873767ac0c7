// Waits that news may cut short.

export class Pauses {
  #wakers = new Set<() => void>();

  /** Ends all waits there are. */
  wake(): void {
    for (const wake of [...this.#wakers]) wake();
  }

  /** Waits for `ms` or, without it, for as long as it takes; in both cases until something wakes it. */
  pause(signal: AbortSignal, ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        this.#wakers.delete(done);
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(done, ms);
      signal.addEventListener("abort", done);
      this.#wakers.add(done);
    });
  }
}
