import { describe, expect, it, test } from "vitest";
import type { Changes, WatchedSource } from "./shapes.ts";
import { MIN_SILENCE_MS, SilenceWatch } from "./watch.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday, midnight. */
const T0 = Date.UTC(2026, 10, 16);
const source = (more: Partial<WatchedSource> = {}): WatchedSource => ({
  id: "s",
  kind: "syslog",
  isEnabled: true,
  archivedAt: null,
  silenceMinutes: null,
  ...more,
});

/** Arrivals at these distances from T0, each looked at as the server does: twice a minute in between. */
function listen(watch: SilenceWatch, arrivals: Iterable<number>, of = source()) {
  const silent: number[] = [];
  let at = 0;
  const lookUntil = (untilMs: number) => {
    for (; at <= untilMs; at += MINUTE / 2)
      for (const found of watch.look([of], T0 + at).silent) silent.push(found.atMs - T0);
  };
  for (const arrival of arrivals) {
    lookUntil(arrival);
    watch.arrived("s", T0 + arrival);
  }
  return { silent, lookUntil };
}
function* every(ms: number, untilMs: number, isOn = (_atMs: number) => true) {
  for (let at = 0; at < untilMs; at += ms) if (isOn(at)) yield at;
}
const isOfficeHour = (atMs: number) =>
  atMs % DAY >= 9 * HOUR && atMs % DAY < 18 * HOUR && Math.floor(atMs / DAY) % 7 < 5;
const stateOf = (watch: SilenceWatch, of = source()) => watch.of(of).state;

describe("A source that used to send and falls silent", () => {
  test.each([
    ["every ten seconds", 10_000, MIN_SILENCE_MS],
    ["every minute", MINUTE, MIN_SILENCE_MS],
    ["every ten minutes", 10 * MINUTE, 20 * MINUTE],
    ["every hour", HOUR, 2 * HOUR],
  ])("%s is told once, after at least two cadences and five minutes", (_, cadenceMs, atLeastMs) => {
    const watch = new SilenceWatch(T0);
    const heard = listen(watch, every(cadenceMs, 2 * DAY));
    expect(heard.silent).toEqual([]);
    const lastMs = 2 * DAY - cadenceMs;
    heard.lookUntil(lastMs + 10 * atLeastMs);
    expect(heard.silent.length).toBe(1);
    expect((heard.silent[0] ?? 0) - lastMs).toBeGreaterThan(atLeastMs);
    expect((heard.silent[0] ?? 0) - lastMs).toBeLessThan(1.5 * atLeastMs + MINUTE);
    expect(watch.of(source())).toMatchObject({ state: "silent", sinceMs: T0 + lastMs });
  });

  it("is one that sends in bursts: an hour's work every hour is an hour's cadence", () => {
    const bursts = [...every(HOUR, 3 * DAY)].flatMap((at) => [at, at + 10, at + 20, at + 30]);
    const watch = new SilenceWatch(T0);
    const heard = listen(watch, bursts);
    expect(heard.silent).toEqual([]);
    expect(watch.of(source()).usualPauseMs).toBeGreaterThanOrEqual(HOUR - 100);
  });

  it("is not one that rests at night and at weekends, once two weeks of it were seen", () => {
    const watch = new SilenceWatch(T0);
    const heard = listen(watch, every(MINUTE, 28 * DAY, isOfficeHour));
    expect(heard.silent.filter((at) => at > 15 * DAY)).toEqual([]);
    heard.lookUntil(28 * DAY + 7 * DAY);
    expect(heard.silent.filter((at) => at > 15 * DAY).length).toBe(1);
  });

  it("is told by its usual pauses, not by one outage among them", () => {
    const watch = new SilenceWatch(T0);
    listen(
      watch,
      every(MINUTE, 10 * DAY, (at) => at < 5 * DAY || at > 5 * DAY + 8 * HOUR),
    );
    expect(watch.of(source()).usualPauseMs).toBeLessThan(2 * MINUTE);
  });

  it.each([8, 20, 60])("is told by them as soon after one outage of %i hours that was told itself", (hours) => {
    const watch = new SilenceWatch(T0);
    const outage = (at: number) => at > 3 * DAY && at < 3 * DAY + hours * HOUR;
    const heard = listen(
      watch,
      every(MINUTE, 3 * DAY + hours * HOUR + HOUR, (at) => !outage(at)),
    );
    expect(heard.silent.length).toBe(1);
    expect(watch.of(source()).afterMs).toBe(MIN_SILENCE_MS);
  });

  it("may have a habit of long pauses: what was told twice is its cadence", () => {
    const watch = new SilenceWatch(T0);
    const rests = (at: number) => [3, 5].some((day) => at > day * DAY && at < day * DAY + 12 * HOUR);
    listen(
      watch,
      every(MINUTE, 6 * DAY, (at) => !rests(at)),
    );
    expect(watch.of(source()).usualPauseMs).toBeGreaterThanOrEqual(12 * HOUR);
  });

  it("is learned first: a day and night, and ten arrivals", () => {
    const watch = new SilenceWatch(T0);
    const heard = listen(watch, every(MINUTE, 23 * HOUR));
    heard.lookUntil(3 * DAY);
    expect(heard.silent).toEqual([]);
    expect(stateOf(watch)).toBe("learning");
  });

  it("is told when it speaks again, once, with since and until when", () => {
    const watch = new SilenceWatch(T0);
    listen(watch, every(MINUTE, 2 * DAY)).lookUntil(2 * DAY + HOUR);
    watch.arrived("s", T0 + 2 * DAY + HOUR);
    expect(stateOf(watch)).toBe("sending");
    const { recovered } = watch.look([source()], T0 + 2 * DAY + HOUR + 1);
    expect(recovered).toEqual([{ sourceId: "s", sinceMs: T0 + 2 * DAY - MINUTE, untilMs: T0 + 2 * DAY + HOUR }]);
    expect(watch.look([source()], T0 + 2 * DAY + HOUR + 2)).toEqual({ silent: [], recovered: [] });
  });
});

describe("Silence for which the source is not to blame", () => {
  const LAST = 2 * DAY - MINUTE;
  const learned = () => {
    const watch = new SilenceWatch(T0);
    const heard = listen(watch, every(MINUTE, 2 * DAY));
    return { watch, heard };
  };

  it("is not told: the server was down, and begins to count anew", () => {
    const { watch } = learned();
    const again = new SilenceWatch(T0 + 3 * DAY, [...watch.entries()]);
    expect(again.look([source()], T0 + 3 * DAY + MIN_SILENCE_MS).silent).toEqual([]);
    expect(again.look([source()], T0 + 3 * DAY + MIN_SILENCE_MS + 1).silent.length).toBe(1);
  });

  it("is not learned either: what a pause over a restart was, nobody knows", () => {
    const { watch } = learned();
    const again = new SilenceWatch(T0 + 30 * DAY, [...watch.entries()]);
    again.arrived("s", T0 + 30 * DAY + 1);
    again.arrived("s", T0 + 30 * DAY + MINUTE);
    expect(again.of(source()).usualPauseMs).toBeLessThan(2 * MINUTE);
  });

  it("is not told while senders cannot be heard", () => {
    const { watch } = learned();
    for (let at = LAST; at < LAST + HOUR; at += MINUTE) {
      watch.wasDeaf(T0 + at);
      expect(watch.look([source()], T0 + at).silent).toEqual([]);
    }
  });

  it("is not told while we refuse what it sends", () => {
    const { watch } = learned();
    watch.refused("s", T0 + LAST + 4 * MINUTE);
    expect(watch.look([source()], T0 + LAST + 8 * MINUTE).silent).toEqual([]);
  });

  test.each([
    ["switched off", { isEnabled: false }],
    ["archived", { archivedAt: new Date(T0) }],
    ["not to be watched", { silenceMinutes: 0 }],
    ["a file import", { kind: "file" }],
  ] satisfies [string, Partial<WatchedSource>][])("is not told of a source that is %s", (_, more) => {
    const { watch } = learned();
    const of = source(more);
    expect(watch.look([of], T0 + 9 * DAY).silent).toEqual([]);
    expect(stateOf(watch, of)).toBe("off");
    expect(watch.look([source()], T0 + 9 * DAY + MINUTE).silent).toEqual([]);
  });
});

describe("What is to be stored", () => {
  const ids = ({ changed, gone }: Changes) => [changed.map(({ sourceId }) => sourceId), gone];
  const heard = () => {
    const watch = new SilenceWatch(T0);
    for (const id of ["a", "b"]) watch.arrived(id, T0);
    return watch;
  };

  it("is what changed since, and again what could not be stored", () => {
    const watch = heard();
    const changes = watch.takeChanges();
    expect(ids(changes)).toEqual([["a", "b"], []]);
    watch.look([source({ id: "a" }), source({ id: "b" })], T0 + HOUR);
    expect(ids(watch.takeChanges())).toEqual([[], []]);
    watch.arrived("b", T0 + HOUR);
    expect(ids(watch.takeChanges())).toEqual([["b"], []]);
    watch.keepChanges(changes);
    expect(ids(watch.takeChanges())).toEqual([["a", "b"], []]);
  });

  it("is that an archived source is forgotten, and a day later one that is in no table", () => {
    const watch = heard();
    watch.takeChanges();
    watch.look([source({ id: "a", archivedAt: new Date(T0) })], T0 + HOUR);
    expect(ids(watch.takeChanges())).toEqual([[], ["a"]]);
    watch.look([], T0 + DAY);
    expect(ids(watch.takeChanges())).toEqual([[], ["b"]]);
    expect([...watch.entries()]).toEqual([]);
  });

  it("is not that a source is gone that speaks again before that is stored", () => {
    const watch = heard();
    watch.look([source({ id: "b" })], T0 + DAY);
    watch.arrived("a", T0 + DAY);
    expect(ids(watch.takeChanges())).toEqual([["b", "a"], []]);
  });
});

describe("A source with minutes of its own", () => {
  it("needs no learning, and is told after exactly these", () => {
    const of = source({ silenceMinutes: 30 });
    const watch = new SilenceWatch(T0);
    watch.arrived("s", T0);
    expect(watch.look([of], T0 + 30 * MINUTE).silent).toEqual([]);
    expect(watch.look([of], T0 + 30 * MINUTE + 1).silent.length).toBe(1);
  });

  it("is told though it never sent anything, counted from when the time was set, and learns nothing of that", () => {
    const of = source({ silenceMinutes: 30 });
    const watch = new SilenceWatch(T0);
    expect(watch.look([source()], T0).silent).toEqual([]);
    expect(watch.look([of], T0 + HOUR).silent).toEqual([]);
    expect(watch.look([of], T0 + HOUR + 30 * MINUTE).silent).toEqual([]);
    expect(stateOf(watch, of)).toBe("learning");
    expect(watch.look([of], T0 + HOUR + 31 * MINUTE).silent).toMatchObject([{ sinceMs: T0 + HOUR }]);
    watch.arrived("s", T0 + 2 * DAY);
    expect(watch.look([of], T0 + 2 * DAY).recovered.length).toBe(1);
    expect(watch.entry("s")?.cadence).toMatchObject({ pauses: 0, watchedMs: 0 });
  });

  it("that sent long ago is given the time from when it was set", () => {
    const of = source({ silenceMinutes: 30 });
    const watch = new SilenceWatch(T0);
    watch.arrived("s", T0);
    watch.look([source()], T0 + DAY);
    expect(watch.look([of], T0 + DAY + 30 * MINUTE).silent).toEqual([]);
    expect(watch.look([of], T0 + DAY + 31 * MINUTE).silent.length).toBe(1);
  });
});
