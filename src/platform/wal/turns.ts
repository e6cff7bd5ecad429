/** Runs pieces of asynchronous work one after another, in the order they were asked for. */
export class Turns {
  #tail: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
