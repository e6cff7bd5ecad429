import { MAX_PLACES, type Place } from "./checkpoint.ts";
import type { Followed } from "./followed.ts";

/** A copy is made shortly before its original is cut. */
const MAX_CUT = 100;

/** How far all files are read: those that are open, those that are not there now, and what cut files held before. */
export class Places {
  readonly followed = new Map<string, Followed>();
  /** Places of files that are not there now: they may come back under another name, or with their disk. */
  readonly resting: Map<string, Place>;
  readonly #cut: Place[] = [];

  constructor(places: readonly Place[]) {
    this.resting = new Map(places.map((place) => [place.id, place]));
  }

  /** Of files that are read now, and of contents that were until their file was cut. */
  live(): Place[] {
    return [...[...this.followed.values()].map(({ place }) => place), ...this.#cut];
  }

  all(): Place[] {
    return [...this.resting.values(), ...[...this.followed.values()].map(({ place }) => place)];
  }

  rememberCut(place: Place): void {
    if (place.offset > 0) this.#cut.push(place);
    if (this.#cut.length > MAX_CUT) this.#cut.shift();
  }

  /** Closes a file; its place rests unless the file is gone for good. Never rejects: a file that cannot be read any more ends here. */
  async release(file: Followed): Promise<void> {
    const { place, handle } = file;
    this.followed.delete(place.id);
    const isThere = await handle.stat().then(
      ({ nlink }) => nlink > 0,
      () => true,
    );
    const oldest = this.resting.size >= MAX_PLACES ? this.resting.keys().next().value : undefined;
    if (oldest !== undefined) this.resting.delete(oldest);
    if (isThere) this.resting.set(place.id, place);
    await handle.close().catch(() => undefined);
  }
}
