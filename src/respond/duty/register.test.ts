import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DutyRegister, RegisterEntry } from "./contract.ts";
import { contentOf, type DutyHouse, openDutyHouse } from "./testing.ts";

const REGISTER = "/api/v1/duties/register";
const TEXT = { organization: "", representative: "", address: "", contactPerson: "", phone: "", email: "", number: "" };
let duty: DutyHouse;
beforeAll(async () => {
  duty = await openDutyHouse();
});
afterAll(() => duty?.house.close());

describe("The register", () => {
  it("of the group shows a unit below authorities, police and headquarters, and its own entries", async () => {
    const { units } = duty.cast;
    for (const template of ["appi", "police", "headquarters", "contract", "insurer"])
      await duty.newEntry(units.root, template);
    await duty.newEntry(units.own, "exchange");
    await duty.newEntry(units.sibling, "police");
    const { body } = await duty.call("GET", REGISTER);
    const { entries } = body as DutyRegister;
    expect(entries.map(({ content }) => content.category).sort()).toEqual([
      "authority",
      "exchange",
      "headquarters",
      "police",
    ]);
    expect(entries.filter(({ mayChange }) => mayChange).map(({ unitId }) => unitId)).toEqual([units.own]);
  });

  it("keeps every version, and answers a save on an old one with what the other person wrote", async () => {
    const entry = await duty.newEntry(duty.cast.units.own, "insurer");
    const url = `${REGISTER}/${entry.id}`;
    const first = { version: 1, content: contentOf("insurer", { contact: "03-0000-0000 髙橋" }) };
    expect((await duty.call("PUT", url, first)).status).toBe(200);
    const late = await duty.call(
      "PUT",
      url,
      { version: 1, content: contentOf("insurer", { contact: "late" }) },
      duty.second,
    );
    expect(late).toMatchObject({
      status: 409,
      body: { facts: { version: 2, theirs: { contact: "03-0000-0000 髙橋" } } },
    });
    const { body } = await duty.call("GET", `${url}/versions`);
    expect((body as { items: RegisterEntry[] }).items.map(({ version }) => version)).toEqual([2, 1]);
  });

  it("refuses stages that follow one another in a circle, unknown zones and days that are none", async () => {
    const content = contentOf("nis2");
    const [first, ...rest] = content.stages;
    const circle = { ...content, stages: [{ ...first, after: "final" }, ...rest] };
    for (const broken of [circle, { ...content, zone: "Mars/Base" }, { ...content, holidays: ["2026-02-30"] }]) {
      const answer = await duty.call("POST", REGISTER, { unitId: duty.cast.units.own, content: broken });
      expect(answer.status).toBe(400);
    }
  });
});

describe("Standing answers and days off", () => {
  it("of a unit fill its drafts, and move deadlines of contracts in working days", async () => {
    const { units } = duty.cast;
    const entry = await duty.newEntry(units.own, "contract");
    const id = await duty.newIncident(units.own);
    const ja = { ...TEXT, organization: "髙島屋㈱ 大阪支店", representative: "髙橋 﨑子" };
    const content = { standing: { ja, en: TEXT }, daysOff: ["2026-11-30"] };
    expect((await duty.call("PUT", `/api/v1/duties/units/${units.own}`, { version: 0, content })).status).toBe(200);
    const known = { version: 0, knownAt: "2026-11-27T01:00:00Z", place: "p", evidence: "e" };
    const duties = await duty.caseOf("POST", id, "/known", known);
    const clock = duties.clocks.find((one) => one.entryId === entry.id);
    // Three working days from Friday the 27th: 1, 2 and 3 December, because Monday is a day off of the unit.
    expect(clock).toMatchObject({ lastDay: "2026-12-03", applies: "unknown", state: "running" });
    const draft = await duty.call("GET", `/api/v1/incidents/${id}/duties/draft?clock=${clock?.clock}&language=ja`);
    expect(draft.body).toMatchObject({ markdown: expect.stringContaining("髙島屋㈱ 大阪支店") });
    const pdf = await duty.call("GET", `/api/v1/incidents/${id}/duties/draft.pdf?clock=${clock?.clock}&language=en`);
    expect(pdf.raw.subarray(0, 5).toString()).toBe("%PDF-");
  });

  it("changed later, leave the clocks of old cases as they are", async () => {
    const { units } = duty.cast;
    const id = await duty.newIncident(units.own);
    const known = { version: 0, knownAt: "2026-11-27T01:00:00Z", place: "p", evidence: "e" };
    const before = await duty.caseOf("POST", id, "/known", known);
    const content = { standing: { ja: TEXT, en: TEXT }, daysOff: ["2026-12-01", "2026-12-02"] };
    expect((await duty.call("PUT", `/api/v1/duties/units/${units.own}`, { version: 1, content })).status).toBe(200);
    const after = await duty.caseOf("GET", id);
    expect(after.clocks.map(({ dueAt }) => dueAt)).toEqual(before.clocks.map(({ dueAt }) => dueAt));
  });
});
