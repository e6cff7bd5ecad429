import type { RunningServer } from "../../../src/app/server.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";
import { DutyCase } from "../../../src/respond/duty/contract.ts";
import { contentOf } from "../../../src/respond/duty/testing.ts";
import { alertIn } from "./alerts.ts";

/** After the file. */
const FIRST_FILING = 2;
const REGISTER = "/api/v1/duties/register";
const CONTENT = contentOf("contract");
const NOBODY = {
  organization: "",
  representative: "",
  address: "",
  contactPerson: "",
  phone: "",
  email: "",
  number: "",
};
const PROFILE = { standing: { ja: NOBODY, en: NOBODY }, daysOff: [] };

/** The register by the unit of its entry (a contract: not shared with units below), the cases by the incident's unit. */
export function dutyAims(server: RunningServer, { admin }: Cast): Record<string, Aim> {
  const ask = async (url: string, payload: object): Promise<{ id: string }> => {
    const answer = await server.app.inject({ method: "POST", url, headers: admin, payload });
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
    return answer.json();
  };
  const entryIn = async (unitId: string): Promise<string> => (await ask(REGISTER, { unitId, content: CONTENT })).id;
  const incidentIn = async (unitId: string): Promise<string> => {
    const { id: alertId } = await alertIn(server, unitId);
    return (await ask("/api/v1/incidents", { title: "Matrix", unitId, alertIds: [alertId] })).id;
  };
  /** An incident of the unit with a clock, and a file for it that the administrator brought. */
  const caseIn = async (unitId: string): Promise<{ url: string; clock: string; file: string }> => {
    const clock = `${await entryIn(unitId)}:notice`;
    const url = `/api/v1/incidents/${await incidentIn(unitId)}/duties`;
    const from = { kind: "upload", name: "as sent", base64: "YXMgc2VudA==" };
    const answer = await server.app.inject({
      method: "POST",
      url: `${url}/documents`,
      headers: admin,
      payload: { clock, from },
    });
    if (answer.statusCode !== 200) throw new Error(`document: ${answer.statusCode} ${answer.body}`);
    const { clocks } = DutyCase.parse(answer.json());
    const file = clocks.find((each) => each.clock === clock)?.documents[0]?.id ?? "";
    return { url, clock, file };
  };
  /** The same with the file recorded as sent, to be taken back. */
  const filedIn = async (unitId: string): Promise<string> => {
    const { url, clock, file: documentId } = await caseIn(unitId);
    const filing = { clock, documentId, sentAt: "2026-01-01T00:00:00Z", recipient: "r" };
    const answer = await server.app.inject({ method: "POST", url: `${url}/filings`, headers: admin, payload: filing });
    if (answer.statusCode !== 200) throw new Error(`filing: ${answer.statusCode} ${answer.body}`);
    return `${url}/filings/void`;
  };
  const one =
    (suffix = "", payload: object = {}): Aim =>
    async (unitId) => ({ url: `/api/v1/incidents/${await incidentIn(unitId)}/duties${suffix}`, payload });
  const file =
    (suffix: string): Aim =>
    async (unitId) => {
      const { url, file } = await caseIn(unitId);
      return { url: `${url}/documents/${file}${suffix}` };
    };
  const withClock =
    (suffix: string, payload: (made: { clock: string; file: string }) => object): Aim =>
    async (unitId) => {
      const made = await caseIn(unitId);
      return { url: made.url + suffix, payload: payload(made) };
    };
  const draft =
    (suffix: string): Aim =>
    async (unitId) => {
      const { url, clock } = await caseIn(unitId);
      return { url: `${url}/draft${suffix}?clock=${clock}` };
    };
  const CASE = "/api/v1/incidents/:id/duties";
  const known = { version: 0, knownAt: "2026-01-01T00:00:00Z", place: "p", evidence: "e" };
  return {
    [`POST ${REGISTER} unitId`]: (unitId) => ({ url: REGISTER, payload: { unitId, content: CONTENT } }),
    [`PUT ${REGISTER}/:id :id`]: async (unitId) => ({
      url: `${REGISTER}/${await entryIn(unitId)}`,
      payload: { version: 1, content: CONTENT },
    }),
    [`GET ${REGISTER}/:id/versions :id`]: async (unitId) => ({ url: `${REGISTER}/${await entryIn(unitId)}/versions` }),
    "PUT /api/v1/duties/units/:id :id": (unitId) => ({
      url: `/api/v1/duties/units/${unitId}`,
      payload: { version: 0, content: PROFILE },
    }),
    [`GET ${CASE} :id`]: one(),
    [`POST ${CASE}/known :id`]: one("/known", known),
    [`POST ${CASE}/facts :id`]: one("/facts", { version: 0, answers: { crime: "yes" } }),
    [`POST ${CASE}/entries :id`]: one("/entries", { version: 0, entryId: "duty_x", entryVersion: 1 }),
    [`POST ${CASE}/changes :id`]: one("/changes", { version: 0, seq: 1, decision: "confirm" }),
    [`POST ${CASE}/entries/remove :id`]: one("/entries/remove", { version: 0, entryId: "duty_x", reason: "r" }),
    [`POST ${CASE}/filings/void :id`]: async (unitId) => ({
      url: await filedIn(unitId),
      payload: { filing: FIRST_FILING, reason: "r" },
    }),
    [`GET ${CASE}/draft :id`]: draft(""),
    [`GET ${CASE}/draft.pdf :id`]: draft(".pdf"),
    [`GET ${CASE}/draft.md :id`]: draft(".md"),
    [`PUT ${CASE}/draft :id`]: withClock("/draft", ({ clock }) => ({ clock, language: "ja", version: 9, fields: {} })),
    [`POST ${CASE}/documents :id`]: withClock("/documents", ({ clock }) => ({
      clock,
      from: { kind: "draft", language: "ja", format: "md" },
    })),
    [`GET ${CASE}/documents/:document :id`]: file(""),
    [`GET ${CASE}/documents/:document :document`]: file(""),
    [`POST ${CASE}/documents/:document/approve :id`]: file("/approve"),
    [`POST ${CASE}/documents/:document/approve :document`]: file("/approve"),
    [`POST ${CASE}/filings :id`]: withClock("/filings", ({ clock, file }) => ({
      clock,
      documentId: file,
      sentAt: "2026-01-01T00:00:00Z",
      recipient: "r",
    })),
  };
}
