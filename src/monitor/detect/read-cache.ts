type CachedSource = {
  readonly origin: string;
  readonly text: string;
  readonly muted?: readonly string[];
  readonly trial?: readonly string[];
};

type Read<Outcome> = { readonly text: string; readonly outcome: Outcome };

/** What came of each rule source when it was read last, so that only changed ones are read again. */
export class ReadCache<Outcome> {
  /** By all but the text, which is compared: as a part of the key it would be copied. */
  #before = new Map<string, Read<Outcome>[]>();
  #now = new Map<string, Read<Outcome>[]>();

  /** To be called before all sources are read anew: those that do not come again are forgotten. */
  begin(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }

  recall(source: CachedSource, read: () => Outcome): Outcome {
    const { origin, text, muted = [], trial = [] } = source;
    const key = `${origin}\n${muted.join()}\n${trial.join()}\n${text.length}`;
    const known = this.#before.get(key)?.find((one) => one.text === text);
    const one = known ?? { text, outcome: read() };
    const now = this.#now.get(key);
    if (now === undefined) this.#now.set(key, [one]);
    else now.push(one);
    return one.outcome;
  }
}
