type CachedSource = {
  readonly origin: string;
  readonly text: string;
  readonly muted?: readonly string[];
  readonly trial?: readonly string[];
};

/** What came of each rule source when it was read last, so that only changed ones are read again. */
export class ReadCache<Outcome> {
  #before = new Map<string, Outcome>();
  #now = new Map<string, Outcome>();

  /** To be called before all sources are read anew: those that do not come again are forgotten. */
  begin(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  recall(source: CachedSource, read: () => Outcome): Outcome {
    const { origin, text, muted = [], trial = [] } = source;
    const key = `${origin}\n${muted.join()}\n${trial.join()}\n${text}`;
    const outcome = this.#before.get(key) ?? read();
    this.#now.set(key, outcome);
    return outcome;
  }
}
