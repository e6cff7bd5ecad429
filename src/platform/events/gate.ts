import { AppError } from "../../kernel/errors.ts";

export type Gate<Place> = <T>(work: (place: Place) => Promise<T>) => Promise<T>;

/** Gives each work a place of its own while it runs. Errors: `over_limit` when `maxWaiting` are in line already. */
export function createGate<Place>(places: readonly Place[], maxWaiting: number): Gate<Place> {
  const free = [...places];
  const waiting: ((place: Place) => void)[] = [];
  const takePlace = async (): Promise<Place> => {
    const place = free.pop();
    if (place !== undefined) return place;
    if (waiting.length >= maxWaiting)
      throw new AppError("over_limit", "Too many searches are running. Try again in a moment.");
    return new Promise<Place>((turn) => waiting.push(turn));
  };
  return async (work) => {
    const place = await takePlace();
    try {
      return await work(place);
    } finally {
      // The place is handed on: whoever waits first runs next.
      const next = waiting.shift();
      if (next) next(place);
      else free.push(place);
    }
  };
}
