/**
 * Loaded before the program with `--import`: the wall clock reads so many milliseconds off as the file `TEST_CLOCK` says, in all
 * threads. The monotonic clock stays, as on a machine whose time is set.
 */
import { readFileSync } from "node:fs";

const ASK_EVERY_MS = 20;
const file = process.env.TEST_CLOCK ?? "";
const TrueDate = Date;
let offsetMs = 0;
let askedAt = Number.NEGATIVE_INFINITY;

function now(): number {
  if (performance.now() - askedAt > ASK_EVERY_MS) {
    askedAt = performance.now();
    offsetMs = Number(readFileSync(file, "utf8")) || 0;
  }
  return TrueDate.now() + offsetMs;
}

globalThis.Date = new Proxy(TrueDate, {
  construct: (target, args: unknown[], newTarget) =>
    Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
  apply: () => new TrueDate(now()).toString(),
  get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
});
