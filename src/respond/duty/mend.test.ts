import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Clock, DutyCase, OpenClocks } from "./contract.ts";
import { type DutyHouse, openDutyHouse } from "./testing.ts";

let duty: DutyHouse;
let appi: string;
beforeAll(async () => {
  duty = await openDutyHouse();
  appi = (await duty.newEntry(duty.cast.units.root, "appi")).id;
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
const decide = (id: string, payload: object, headers = duty.second) =>
  duty.call("POST", `/api/v1/incidents/${id}/duties/changes`, payload, headers);
const kindsOf = async (id: string): Promise<string[]> => {
  const { body } = await duty.call("GET", `/api/v1/incidents/${id}/feed`);
  return (body as { items: { kind: string }[] }).items.map(({ kind }) => kind);
};
const wordings = (clock: string, version: number, outline: string) => ({
  clock,
  language: "ja",
  version,
  fields: { outline },
});

describe("A filing that was recorded by mistake", () => {
  it("is taken back with a reason: the clock runs again, the next one is the first, and it stays in sight", async () => {
    const { id, duties } = await started();
    const { clock } = clockOf(duties, "preliminary");
    const from = { kind: "upload", name: "x.pdf", base64: Buffer.from("x").toString("base64") };
    const made = await duty.caseOf("POST", id, "/documents", { clock, from });
    const documentId = clockOf(made, "preliminary").documents[0]?.id;
    const filing = { clock, documentId, sentAt: "2026-11-27T01:25:00Z", recipient: "PPC" };
    const filed = await duty.caseOf("POST", id, "/filings", filing);
    expect(clockOf(filed, "preliminary").state).toBe("filed");
    const seq = clockOf(filed, "preliminary").filings[0]?.seq;
    const url = `/api/v1/incidents/${id}/duties/filings/void`;
    expect((await duty.call("POST", url, { filing: seq, reason: "" })).status).toBe(400);
    expect((await duty.call("POST", url, { filing: 1, reason: "x" })).status).toBe(404);
    const back = await duty.caseOf("POST", id, "/filings/void", { filing: seq, reason: "別の届出でした" });
    expect(clockOf(back, "preliminary")).toMatchObject({
      state: "running",
      filings: [{ voided: { by: "first", reason: "別の届出でした" } }],
    });
    expect((await duty.call("POST", url, { filing: seq, reason: "x" })).status).toBe(409);
    const { body } = await duty.call("GET", "/api/v1/duties/clocks");
    expect((body as OpenClocks).items.map((one) => one.clock)).toContain(clock);
    const again = clockOf(await duty.caseOf("POST", id, "/filings", filing), "preliminary");
    expect(again).toMatchObject({ state: "filed", filings: [{ isSupplement: false }, { isSupplement: false }] });
    expect(await kindsOf(id)).toEqual(expect.arrayContaining(["duty-known", "duty-filed", "duty-filing-voided"]));
  });
});

describe("A change that waits", () => {
  it("does not hold back what was answered with it, and two answers that are harmless apart wait together", async () => {
    const { id } = await started();
    const asked = await answer(id, 1, {
      specialCare: "no",
      propertyDamage: "no",
      improperPurpose: "no",
      overThousand: "no",
    });
    expect(asked.facts).toEqual({ specialCare: "no", propertyDamage: "no", improperPurpose: "no" });
    expect(asked.pending).toMatchObject([{ rows: [{ key: "overThousand", before: null, after: "no" }] }]);
    expect(clockOf(asked, "final").state).toBe("running");
  });

  it("tells the second person what it says, what holds, and who it is from", async () => {
    const id = await duty.newIncident(duty.cast.units.own);
    const first = { version: 0, ...KNOWN, knownAt: "2026-11-20T01:00:00.000Z" };
    await duty.caseOf("POST", id, "/known", first);
    const asked = await duty.caseOf("POST", id, "/known", { version: 1, ...KNOWN, reason: "記録の誤り" });
    expect(asked.pending[0]?.rows).toEqual([
      { key: "knownAt", name: null, before: first.knownAt, after: KNOWN.knownAt },
      { key: "place", name: null, before: KNOWN.place, after: KNOWN.place },
      { key: "evidence", name: null, before: KNOWN.evidence, after: KNOWN.evidence },
      { key: "reason", name: null, before: null, after: "記録の誤り" },
    ]);
    expect(asked.history[0]).toMatchObject({
      kind: "known",
      rows: [{ key: "knownAt" }, {}, {}, { after: "記録の誤り" }],
    });
  });

  it("is refused when something newer holds, and when the page is behind", async () => {
    const { id } = await started();
    const asked = await answer(id, 1, { improperPurpose: "yes" });
    const seq = asked.pending[0]?.seq;
    const newer = await answer(id, asked.version, { improperPurpose: "unknown" });
    expect(newer.pending[0]).toMatchObject({ seq, isSuperseded: true, mayConfirm: false });
    expect((await decide(id, { version: asked.version, seq, decision: "confirm" })).status).toBe(409);
    expect((await decide(id, { version: newer.version, seq, decision: "confirm" })).status).toBe(409);
    expect((await duty.caseOf("GET", id)).facts).toEqual({ improperPurpose: "unknown" });
    expect((await decide(id, { version: newer.version, seq, decision: "withdraw" })).status).toBe(200);
  });
});

describe("An entry that was taken into the case by mistake", () => {
  it("leaves it with a second person, unless something was sent for it", async () => {
    const { id, duties } = await started();
    const url = `/api/v1/incidents/${id}/duties/entries/remove`;
    const wish = { version: duties.version, entryId: appi, reason: "対象外" };
    const asked = await duty.caseOf("POST", id, "/entries/remove", wish);
    expect(asked.entries.map((entry) => entry.id)).toContain(appi);
    const [waiting] = asked.pending;
    expect(waiting?.rows).toMatchObject([{ key: `removed:${appi}`, before: "1", after: "対象外" }]);
    await decide(id, { version: asked.version, seq: waiting?.seq, decision: "confirm" });
    const gone = await duty.caseOf("GET", id);
    expect(gone.entries).toEqual([]);
    expect(gone.others.map((entry) => entry.id)).toEqual([appi]);
    expect((await duty.call("POST", url, { ...wish, version: gone.version })).status).toBe(404);
  });
});

describe("A report", () => {
  it("of the final stage begins with the words of the preliminary one, and their author may not approve it", async () => {
    const { id, duties } = await started();
    const [first, last] = [clockOf(duties, "preliminary").clock, clockOf(duties, "final").clock];
    const base = `/api/v1/incidents/${id}/duties`;
    await duty.call("PUT", `${base}/draft`, wordings(first, 1, "速報の文面"), duty.second);
    const { body } = await duty.call("GET", `${base}/draft?clock=${last}&language=ja`);
    expect(body).toMatchObject({ editedBy: "second", wordsOf: { ja: "速報" } });
    expect(JSON.stringify(body)).toContain("速報の文面");
    const from = { kind: "draft", language: "ja", format: "md" };
    const made = clockOf(await duty.caseOf("POST", id, "/documents", { clock: last, from }), "final");
    const approve = `${base}/documents/${made.documents[0]?.id}/approve`;
    expect((await duty.call("POST", approve, {}, duty.second)).status).toBe(409);
    await duty.call("PUT", `${base}/draft`, wordings(last, 3, "確報の文面"), duty.first);
    expect((await duty.call("GET", `${base}/draft?clock=${last}&language=ja`)).body).toMatchObject({ wordsOf: null });
  });

  it("says that it is a draft until it is fixed, and keeps what is for one's own people to itself unless asked", async () => {
    const { id, duties } = await started();
    const { clock } = clockOf(duties, "preliminary");
    const base = `/api/v1/incidents/${id}/duties`;
    const draft = String((await duty.call("GET", `${base}/draft.md?clock=${clock}`)).raw);
    expect(draft).toMatch(/^# 【草案】/);
    expect(draft).not.toMatch(/宣言した人|根拠となる事実|確認した事項/);
    expect(String((await duty.call("GET", `${base}/draft.md?clock=${clock}&internal=yes`)).raw)).toMatch(
      /根拠となる事実[\s\S]*宣言した人[\s\S]*確認した事項/,
    );
    const from = { kind: "draft", language: "ja", format: "md" };
    const [document] = clockOf(await duty.caseOf("POST", id, "/documents", { clock, from }), "preliminary").documents;
    expect(String((await duty.call("GET", `${base}/documents/${document?.id}`)).raw)).not.toContain("草案");
  });

  it("that only its sender approved counts as sent without approval, and says so before", async () => {
    const { id, duties } = await started();
    const { clock } = clockOf(duties, "preliminary");
    const from = { kind: "upload", name: "x.pdf", base64: Buffer.from("x").toString("base64") };
    const made = await duty.caseOf("POST", id, "/documents", { clock, from });
    const documentId = clockOf(made, "preliminary").documents[0]?.id;
    const approved = await duty.caseOf("POST", id, `/documents/${documentId}/approve`, {}, duty.second);
    expect(clockOf(approved, "preliminary").documents[0]).toMatchObject({ approvedBy: "second", hasApproval: false });
    expect(clockOf(await duty.caseOf("GET", id), "preliminary").documents[0]?.hasApproval).toBe(true);
  });
});

describe("A case", () => {
  it("goes on taking what was known and sent when drafts were saved too often, and reads the newest words alone", async () => {
    const { id, duties } = await started();
    const { clock } = clockOf(duties, "preliminary");
    const words = JSON.stringify({ clock, language: "ja", fields: { outline: "x".repeat(1000) } });
    await duty.house.state.db.execute(`
      INSERT INTO duty_event (incident_id, seq, at, actor_id, actor_name, kind, body)
      SELECT '${id}', n, now(), 'p', 'p', 'draft', '${words}'::jsonb FROM generate_series(2, 1001) n`);
    const url = `/api/v1/incidents/${id}/duties/draft`;
    expect((await duty.call("PUT", url, wordings(clock, 1001, "x"))).status).toBe(429);
    const answered = await answer(id, 1001, { crime: "yes" });
    expect(answered.version).toBe(1002);
    const { readEvents } = await import("./case-store.ts");
    const events = await readEvents(duty.house.state.db, id);
    expect(JSON.stringify(events).length).toBeLessThan(300_000);
    expect(events.find(({ seq }) => seq === 1001)?.body).toMatchObject({ fields: { outline: "x".repeat(1000) } });
  });

  it("is not there by a name that no database holds", async () => {
    expect((await duty.call("GET", "/api/v1/incidents/%00/duties")).status).toBe(400);
  });

  it("takes a moment that a clock two seconds ahead calls now, and none that is to come", async () => {
    const id = await duty.newIncident(duty.cast.units.own);
    const ahead = { version: 0, ...KNOWN, knownAt: "2026-11-27T01:30:02Z" };
    expect((await duty.caseOf("POST", id, "/known", ahead)).knownAt).toBe("2026-11-27T01:30:00.000Z");
    const url = `/api/v1/incidents/${id}/duties/known`;
    const later = { version: 1, ...KNOWN, knownAt: "2026-11-27T01:33:00Z", reason: "x" };
    expect((await duty.call("POST", url, later)).status).toBe(400);
  });
});
