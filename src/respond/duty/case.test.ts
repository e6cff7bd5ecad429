import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock, DutyCase } from "./contract.ts";
import { contentOf, type DutyHouse, openDutyHouse } from "./testing.ts";
import { recordWarnings } from "./watch.ts";

let duty: DutyHouse;
let appi: string;
beforeAll(async () => {
  duty = await openDutyHouse();
  appi = (await duty.newEntry(duty.cast.units.root, "appi")).id;
  await duty.newEntry(duty.cast.units.root, "contract");
  await duty.newEntry(duty.cast.units.own, "capability-act");
});
afterAll(() => duty?.house.close());

const KNOWN = { knownAt: "2026-11-27T01:20:00.000Z", place: "大阪支店 総務部", evidence: "顧客からの電話" };
const clockOf = (duties: DutyCase, stage: string, entry = appi): Clock => {
  const found = duties.clocks.find(({ clock }) => clock === `${entry}:${stage}`);
  if (!found) throw new Error(`there is no clock ${stage}`);
  return found;
};
async function started(): Promise<{ id: string; duties: DutyCase }> {
  const id = await duty.newIncident(duty.cast.units.own);
  return { id, duties: await duty.caseOf("POST", id, "/known", { version: 0, ...KNOWN }) };
}
const answer = (id: string, version: number, answers: object, headers = duty.first) =>
  duty.caseOf("POST", id, "/facts", { version, answers }, headers);

describe("The clocks of a case", () => {
  it("do not run before somebody declares what is known, and show the deadline they would have", async () => {
    const id = await duty.newIncident(duty.cast.units.own);
    const duties = await duty.caseOf("GET", id);
    const final = clockOf(duties, "final");
    expect(final).toMatchObject({
      state: "not-started",
      isProjected: true,
      lastDay: "2026-12-28",
      movedFrom: "2026-12-26",
    });
    const { body } = await duty.call("GET", `/api/v1/incidents/${id}/duties/draft?clock=${final.clock}&language=ja`);
    expect(body).toMatchObject({
      markdown: expect.stringContaining("期限のカウントはまだ始まっていません。知った日時を宣言してください。"),
    });
    expect(body).toMatchObject({ markdown: expect.stringContaining("2026年12月28日") });
  });

  it("start with the declaration, on the days that the law counts, while it is not known whether the duty applies", async () => {
    const { duties } = await started();
    expect(clockOf(duties, "preliminary")).toMatchObject({
      state: "running",
      applies: "unknown",
      lastDay: "2026-12-02",
    });
    expect(clockOf(duties, "final")).toMatchObject({ dueAt: "2026-12-28T15:00:00.000Z", targetLastDay: "2026-12-26" });
    expect(duties.known).toMatchObject([
      { by: "first", place: KNOWN.place, evidence: KNOWN.evidence, state: "in-force" },
    ]);
  });

  it("of a law without a date of force do not run, and those of a contract of the unit above do not bind", async () => {
    const { duties } = await started();
    expect(duties.entries.map(({ category }) => category)).toEqual(["authority", "authority"]);
    expect(duties.clocks.filter(({ state }) => state === "not-in-force")).toHaveLength(1);
  });

  it("keep the version of the register that was in force when they started, and show that it changed", async () => {
    const { units } = duty.cast;
    const entry = await duty.newEntry(units.own, "headquarters");
    const { id } = await started();
    const longer = contentOf("headquarters");
    const stages = longer.stages.map((stage) => ({ ...stage, limit: { kind: "hours", count: 48, from: "moment" } }));
    await duty.call(
      "PUT",
      `/api/v1/duties/register/${entry.id}`,
      { version: 1, content: { ...longer, stages } },
      duty.cast.admin,
    );
    const after = await duty.caseOf("GET", id);
    expect(clockOf(after, "first", entry.id)).toMatchObject({ entryVersion: 1, dueAt: "2026-11-28T01:20:00.000Z" });
    const newer = { version: 2, changed: ["stages"], isLater: true };
    expect(after.entries.find((one) => one.id === entry.id)).toMatchObject({ newer });
    const taken = await duty.caseOf("POST", id, "/entries", {
      version: after.version,
      entryId: entry.id,
      entryVersion: 2,
    });
    expect(taken.pending).toMatchObject([{ kind: "entries", mayConfirm: false }]);
    expect(clockOf(taken, "first", entry.id).dueAt).toBe("2026-11-28T01:20:00.000Z");
  });
});

describe("What makes a deadline later", () => {
  it("waits for a second person: 30 days become 60 only when another one confirms", async () => {
    const { id } = await started();
    const asked = await answer(id, 1, { personalData: "yes", improperPurpose: "yes", strongEncryption: "no" });
    expect(clockOf(asked, "final").lastDay).toBe("2026-12-28");
    const [pending] = asked.pending;
    expect(pending).toMatchObject({ kind: "facts", mayConfirm: false });
    // What is no reason to wait holds: only the 60 days do.
    expect(asked.facts).toEqual({ personalData: "yes", strongEncryption: "no" });
    const own = await duty.call("POST", `/api/v1/incidents/${id}/duties/changes`, {
      version: asked.version,
      seq: pending?.seq,
      decision: "confirm",
    });
    expect(own.status).toBe(409);
    const confirmed = await duty.caseOf(
      "POST",
      id,
      "/changes",
      { version: asked.version, seq: pending?.seq, decision: "confirm" },
      duty.second,
    );
    expect(clockOf(confirmed, "final")).toMatchObject({ lastDay: "2027-01-25", applies: "yes" });
    expect(confirmed.pending).toEqual([]);
  });

  it("holds at once when it becomes earlier", async () => {
    const { id } = await started();
    const earlier = { version: 1, ...KNOWN, knownAt: "2026-11-20T01:00:00Z", reason: "委託先はもっと早く知っていた" };
    const duties = await duty.caseOf("POST", id, "/known", earlier);
    expect(duties.knownAt).toBe("2026-11-20T01:00:00.000Z");
    expect(duties.known.map(({ state }) => state)).toEqual(["in-force", "replaced"]);
    const later = { version: 2, ...KNOWN, reason: "電話の記録では27日" };
    const asked = await duty.caseOf("POST", id, "/known", later);
    expect(asked.knownAt).toBe("2026-11-20T01:00:00.000Z");
    expect(asked.known.map(({ state }) => state)).toEqual(["pending", "in-force", "replaced"]);
    const taking = { version: asked.version, seq: asked.pending[0]?.seq, decision: "withdraw" };
    const withdrawn = await duty.caseOf("POST", id, "/changes", taking);
    expect(withdrawn.known[0]?.state).toBe("withdrawn");
  });

  it("is refused with what the other person wrote when both answered at the same time", async () => {
    const { id } = await started();
    await answer(id, 1, { specialCare: "unknown" }, duty.second);
    const url = `/api/v1/incidents/${id}/duties/facts`;
    const { status, body } = await duty.call("POST", url, { version: 1, answers: { specialCare: "yes" } });
    expect(status).toBe(409);
    expect(body).toMatchObject({ facts: { theirs: { answers: { specialCare: "unknown" } }, by: "second" } });
  });
});

describe("Four eyes", () => {
  it("approve the file itself: neither who made it nor who sent it can, nor a token", async () => {
    const { id, duties } = await started();
    const { clock } = clockOf(duties, "preliminary");
    const fixed = await duty.caseOf("POST", id, "/documents", {
      clock,
      from: { kind: "draft", language: "ja", format: "pdf" },
    });
    const [document] = clockOf(fixed, "preliminary").documents;
    const file = await duty.call("GET", `/api/v1/incidents/${id}/duties/documents/${document?.id}`);
    expect(createHash("sha256").update(file.raw).digest("hex")).toBe(document?.sha256);
    const url = `/api/v1/incidents/${id}/duties/documents/${document?.id}/approve`;
    expect((await duty.call("POST", url)).status).toBe(409);
    expect((await duty.call("POST", url, {}, duty.cast.roles.integration)).status).toBe(400);
    expect((await duty.call("POST", url, {}, duty.second)).status).toBe(200);
    const filing = {
      clock,
      documentId: document?.id,
      sentAt: "2026-11-27T01:25:00Z",
      recipient: "個人情報保護委員会",
      receipt: "R-1",
    };
    const filed = clockOf(await duty.caseOf("POST", id, "/filings", filing), "preliminary");
    expect(filed).toMatchObject({
      state: "filed",
      filings: [{ approval: "before", approvedBy: "second", receipt: "R-1" }],
    });
    const again = clockOf(
      await duty.caseOf("POST", id, "/filings", { ...filing, receipt: "R-2" }, duty.second),
      "preliminary",
    );
    expect(again.filings[1]).toMatchObject({ isSupplement: true, approval: "none" });
  });

  it("missing, the filing is kept and says so, and can be approved afterwards by another", async () => {
    const { id, duties } = await started();
    const { clock } = clockOf(duties, "preliminary");
    const upload = { kind: "upload", name: "受付票.pdf", base64: Buffer.from("as sent").toString("base64") };
    const made = await duty.caseOf("POST", id, "/documents", { clock, from: upload });
    const documentId = clockOf(made, "preliminary").documents[0]?.id;
    const filing = { clock, documentId, sentAt: "2026-11-27T01:25:00Z", recipient: "PPC" };
    expect(clockOf(await duty.caseOf("POST", id, "/filings", filing), "preliminary").filings[0]?.approval).toBe("none");
    const approved = await duty.caseOf("POST", id, `/documents/${documentId}/approve`, {}, duty.second);
    expect(clockOf(approved, "preliminary").filings[0]).toMatchObject({ approval: "after", approvedBy: "second" });
  });

  it("are not those of who worded the draft", async () => {
    const { id, duties } = await started();
    const { clock } = clockOf(duties, "preliminary");
    const words = { clock, language: "ja", version: 1, fields: { outline: "私が書きました" } };
    expect((await duty.call("PUT", `/api/v1/incidents/${id}/duties/draft`, words, duty.second)).status).toBe(200);
    const from = { kind: "draft", language: "ja", format: "md" };
    const made = await duty.caseOf("POST", id, "/documents", { clock, from });
    const documentId = clockOf(made, "preliminary").documents[0]?.id;
    const refused = await duty.call(
      "POST",
      `/api/v1/incidents/${id}/duties/documents/${documentId}/approve`,
      {},
      duty.second,
    );
    expect(refused.status).toBe(409);
    const byAdmin = await duty.call(
      "POST",
      `/api/v1/incidents/${id}/duties/documents/${documentId}/approve`,
      {},
      duty.cast.roles.ciso,
    );
    expect(byAdmin.status).toBe(200);
  });
});

describe("The record", () => {
  it("cannot be changed or removed, not even by SQL", async () => {
    await started();
    for (const table of ["duty_entry", "duty_event"])
      for (const change of [
        `DELETE FROM ${table}`,
        `UPDATE ${table} SET ${table === "duty_entry" ? "content" : "body"} = '{}'`,
      ])
        await expect(duty.house.state.db.execute(change)).rejects.toMatchObject({
          cause: { message: expect.stringContaining("append-only") },
        });
  });

  it("of warnings has each threshold once for each deadline", async () => {
    const { id, duties } = await started();
    const { startsAt, dueAt } = clockOf(duties, "preliminary");
    const at = (share: number) =>
      new Date(Date.parse(startsAt ?? "") + share * (Date.parse(dueAt ?? "") - Date.parse(startsAt ?? "")));
    const mine = async (share: number) =>
      (await recordWarnings(duty.house.state, at(share)))
        .filter((one) => one.incidentId === id && one.clock.endsWith(":preliminary"))
        .map(({ percent }) => percent);
    expect(await mine(0.4999)).toEqual([]);
    expect(await mine(0.5)).toEqual([50]);
    expect(await mine(0.5)).toEqual([]);
    expect(await mine(0.96)).toEqual([80, 95]);
    expect(await mine(1)).toEqual([100]);
    expect(clockOf(await duty.caseOf("GET", id), "preliminary").warned).toEqual([50, 80, 95, 100]);
  });
});
