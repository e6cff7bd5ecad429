import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx, UnitScope } from "../../organization/access/index.ts";
import { createHub } from "./hub.ts";
import { changesOf, gather, MAX_IDS, type News } from "./notice.ts";
import { createPlaces } from "./place.ts";
import { MAX_UNSENT_BYTES, streamLive } from "./stream.ts";

const who = (units: UnitScope = { all: false, ids: ["own"] }): Ctx =>
  ({ actor: { kind: "person", id: "me", name: "me", grants: [] }, units: () => units }) as unknown as Ctx;
const told = (unit: string, id: string) =>
  JSON.stringify({ topic: "alerts", unit, person: null, ids: [id], more: false });
const turn = () => new Promise((resolve) => setTimeout(resolve, 5));

function run(
  options: { again?: () => Promise<Ctx>; unsent?: () => number; beatMs?: number; closing?: AbortSignal } = {},
) {
  const hub = createHub({ gatherMs: 1 });
  const browser = new AbortController();
  let text = "";
  const sink = {
    write: (part: string) => {
      text += part;
    },
    unsentBytes: options.unsent ?? (() => 0),
    signal: browser.signal,
  };
  const ended = streamLive({ hub, places: createPlaces() }, sink, {
    ctx: who(),
    last: undefined,
    again: options.again ?? (async () => who()),
    closing: options.closing ?? new AbortController().signal,
    times: { beatMs: options.beatMs ?? 60_000, retryMs: 3_000 },
  });
  return { hub, ended, text: () => text, leave: () => browser.abort() };
}

describe("A stream to one browser", () => {
  it("says how soon to come back, and beats whether anything happens or not", async () => {
    const stream = run({ beatMs: 2 });
    while (!stream.text().includes("event: beat")) await turn();
    expect(stream.text()).toMatch(/^retry: 3000\nid: \S+\nevent: hello\n/);
    stream.leave();
    expect(await stream.ended).toBe("left");
  });

  it("is cut off when the browser does not read", async () => {
    let unsent = 0;
    const stream = run({ unsent: () => unsent });
    unsent = MAX_UNSENT_BYTES + 1;
    stream.hub.heard(told("own", "a"));
    expect(await stream.ended).toBe("slow");
    expect(stream.text()).not.toContain("event: change");
  });

  it("goes on while the state engine is away, and ends when the session is over", async () => {
    let error = new AppError("unavailable", "away");
    let looks = 0;
    const again = async (): Promise<Ctx> => {
      looks += 1;
      throw error;
    };
    const stream = run({ again, beatMs: 2 });
    while (looks < 3) await turn();
    expect(stream.text()).not.toContain("event: end");
    error = new AppError("unauthenticated", "over");
    expect(await stream.ended).toBe("signed_out");
  });

  it("ends when the units that the reader sees have changed, moved units included", async () => {
    const stream = run({ again: async () => who({ all: false, ids: ["own", "more"] }) });
    stream.hub.heard(JSON.stringify({ topic: "rights", unit: null, person: null, ids: [], more: false }));
    expect(await stream.ended).toBe("rights");
  });

  it("says goodbye to a server that stops, at once when it was stopping already", async () => {
    expect(await run({ closing: AbortSignal.abort("shutdown") }).ended).toBe("shutdown");
  });

  it("takes no notice of what is no notice", async () => {
    const stream = run();
    for (const text of ["", "{", "[]", '{"topic":"weather"}', told("own", "a").replace("alerts", "later")])
      stream.hub.heard(text);
    stream.hub.heard(told("own", "b"));
    while (!stream.text().includes("event: change")) await turn();
    expect(stream.text().match(/event: change/g)).toHaveLength(1);
    stream.leave();
    await stream.ended;
  });
});

const newsArb = fc.record({
  topic: fc.constantFrom("alerts" as const, "incidents" as const),
  unit: fc.constantFrom("a", "b", "c"),
  person: fc.constant(null),
  ids: fc.array(fc.stringMatching(/^[a-z]{1,3}$/), { maxLength: MAX_IDS }),
  more: fc.boolean(),
});

describe("What is gathered into one message", () => {
  it("names everything that changed, or says that there was more", () => {
    fc.assert(
      fc.property(fc.array(newsArb, { maxLength: 8 }), (all: News[]) => {
        const told = changesOf(gather(all));
        for (const { topic, ids, more } of all) {
          const change = told.find((one) => one.topic === topic);
          expect(change).toBeDefined();
          expect(change?.more || (!more && ids.every((id) => change?.ids.includes(id)))).toBe(true);
        }
        for (const { ids } of told) expect(ids.length).toBeLessThanOrEqual(MAX_IDS);
        expect(new Set(told.map(({ topic }) => topic)).size).toBe(told.length);
      }),
    );
  });
});

describe("The name of a place", () => {
  it("is read back by who gave it, and never the same twice", () => {
    const places = createPlaces();
    fc.assert(
      fc.property(fc.nat(), (place) => {
        expect(places.read(places.name(place))).toBe(place);
        expect(places.name(place)).not.toBe(places.name(place));
      }),
    );
  });

  it("never throws, whatever is sent", () => {
    const places = createPlaces();
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), (name) => void places.read(name)));
  });
});
