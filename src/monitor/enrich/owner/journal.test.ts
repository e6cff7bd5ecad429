import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OwnerFact } from "./fact.ts";
import { openOwnerJournal } from "./journal.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "yagura-owners-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const fact = (host: string): OwnerFact => ({
  ...{ unitId: "u", address: "10.0.0.5", kind: "lease", atMs: 1, untilMs: 2, host, user: "", mac: "", session: "" },
});
const open = (known: readonly OwnerFact[] = []) =>
  openOwnerJournal({ directory, known: () => known, warn: (err) => expect.unreachable(String(err)) });

describe("What is known of owners", () => {
  it("is nothing at first, and after a restart what was written", async () => {
    const first = open();
    expect(await first.read()).toEqual({ facts: [], unreadable: 0 });
    first.append([fact("pc1"), fact("pc2")]);
    first.append([fact("pc3")]);
    await first.settled();
    expect((await open().read()).facts.map(({ host }) => host)).toEqual(["pc1", "pc2", "pc3"]);
  });

  it("survives half a line at the end, and lines that are none", async () => {
    const first = open();
    await first.read();
    first.append([fact("pc1")]);
    await first.settled();
    await appendFile(join(directory, "owners.jsonl"), '{"unitId":"u"}\n{"unitId":"u","addr');
    const second = open();
    expect(await second.read()).toMatchObject({ unreadable: 2, facts: [{ host: "pc1" }] });
    second.append([fact("pc2")]);
    await second.settled();
    expect((await open().read()).facts.map(({ host }) => host)).toEqual(["pc1", "pc2"]);
  });

  it("is written anew from what is still known once much was appended", async () => {
    const journal = open([fact("kept")]);
    await journal.read();
    journal.append(Array.from({ length: 50_001 }, (_, i) => fact(`pc${i}`)));
    await journal.settled();
    const text = await readFile(join(directory, "owners.jsonl"), "utf8");
    expect(text).toBe(`${JSON.stringify(fact("kept"))}\n`);
  });
});
