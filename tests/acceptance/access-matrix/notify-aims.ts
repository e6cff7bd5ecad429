import { sql } from "drizzle-orm";
import type { RunningServer } from "../../../src/app/server.ts";
import type { Aim } from "../../../src/organization/access/testing.ts";
import type { Cast } from "../../../src/organization/testing.ts";

const NOTIFY = "/api/v1/notify";
const ON_CALL = "/api/v1/on-call";

/** Channels, rules, the delivery log, rotas and policies: each by the unit it belongs to. */
export function notifyAims(server: RunningServer, { admin, adminId }: Cast): Record<string, Aim> {
  let serial = 0;
  const made = async (url: string, payload: object): Promise<Record<string, never>> => {
    const answer = await server.app.inject({ method: "POST", url, headers: admin, payload });
    if (answer.statusCode !== 200) throw new Error(`${url}: ${answer.statusCode} ${answer.body}`);
    return answer.json();
  };
  const newest = async (url: string, payload: { unitId: string; content: { name: string } }): Promise<string> => {
    const { items } = (await made(url, payload)) as { items?: { id: string; content: { name: string } }[] };
    return items?.find(({ content }) => content.name === payload.content.name)?.id ?? "";
  };
  const name = (): string => `matrix ${++serial}`;
  const channel = (unitId: string) => ({
    unitId,
    name: name(),
    kind: "slack",
    locale: "ja",
    address: "https://hooks.example.invalid/x",
  });
  const rule = () => ({
    name: name(),
    kinds: ["incident-opened"],
    from: "critical",
    timing: "now",
    targets: [{ kind: "owner" }],
  });
  const rota = () => ({
    name: name(),
    zone: "Asia/Tokyo",
    rotation: "daily",
    handoverAt: "09:00",
    startsOn: "2026-01-01",
    people: [{ id: adminId, name: "x" }],
  });
  const policy = () => ({ name: name(), repeats: 0, steps: [{ targets: [{ kind: "owner" }], afterMinutes: 5 }] });
  const channelIn = async (unitId: string): Promise<string> => {
    const answer = (await made(`${NOTIFY}/channels`, channel(unitId))) as { channel?: { id: string } };
    return answer.channel?.id ?? "";
  };
  const ruleIn = (unitId: string) => newest(`${NOTIFY}/rules`, { unitId, content: rule() });
  const rotaIn = (unitId: string) => newest(`${ON_CALL}/rotas`, { unitId, content: rota() });
  const policyIn = (unitId: string) => newest(`${ON_CALL}/policies`, { unitId, content: policy() });
  const sendIn = async (unitId: string): Promise<string> => {
    const id = `send_${name().replace(" ", "_")}`;
    await server.state.db.execute(sql`
      INSERT INTO notify_send (id, to_kind, to_id, via, unit_id, matters, state, created_at, next_at)
      VALUES (${id}, 'channel', 'channel_gone', 'slack', ${unitId}, 1, 'dead', now(), now())`);
    return id;
  };
  const override = async (unitId: string) => {
    const id = await rotaIn(unitId);
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    return { id, payload: { personId: "me", startsAt: at(0), endsAt: at(1), reason: "matrix" } };
  };
  const overridden: Aim = async (unitId) => {
    const { id, payload } = await override(unitId);
    const answer = await made(`${ON_CALL}/rotas/${id}/overrides`, payload);
    const { items } = answer as { items?: { id: string; overrides: { id: string }[] }[] };
    const made1 = items?.find((one) => one.id === id)?.overrides[0]?.id;
    return { url: `${ON_CALL}/rotas/${id}/overrides/${made1}` };
  };
  return {
    [`POST ${NOTIFY}/channels unitId`]: (unitId) => ({ url: `${NOTIFY}/channels`, payload: channel(unitId) }),
    [`PUT ${NOTIFY}/channels/:id :id`]: async (unitId) => ({
      url: `${NOTIFY}/channels/${await channelIn(unitId)}`,
      payload: { version: 9, name: "x", locale: "ja", isEnabled: true },
    }),
    [`DELETE ${NOTIFY}/channels/:id :id`]: async (unitId) => ({ url: `${NOTIFY}/channels/${await channelIn(unitId)}` }),
    [`POST ${NOTIFY}/channels/:id/test :id`]: async (unitId) => ({
      url: `${NOTIFY}/channels/${await channelIn(unitId)}/test`,
    }),
    [`POST ${NOTIFY}/rules unitId`]: (unitId) => ({ url: `${NOTIFY}/rules`, payload: { unitId, content: rule() } }),
    [`PUT ${NOTIFY}/rules/:id :id`]: async (unitId) => ({
      url: `${NOTIFY}/rules/${await ruleIn(unitId)}`,
      payload: { version: 9, isEnabled: true, content: rule() },
    }),
    [`DELETE ${NOTIFY}/rules/:id :id`]: async (unitId) => ({ url: `${NOTIFY}/rules/${await ruleIn(unitId)}` }),
    [`GET ${NOTIFY}/log ?unit`]: async (unitId) => {
      const id = await sendIn(unitId);
      return { url: `${NOTIFY}/log?unit=${unitId}`, tellsOf: (answer) => answer.includes(id) };
    },
    [`POST ${NOTIFY}/log/:id/replay :id`]: async (unitId) => ({ url: `${NOTIFY}/log/${await sendIn(unitId)}/replay` }),
    [`POST ${ON_CALL}/rotas unitId`]: (unitId) => ({ url: `${ON_CALL}/rotas`, payload: { unitId, content: rota() } }),
    [`PUT ${ON_CALL}/rotas/:id :id`]: async (unitId) => ({
      url: `${ON_CALL}/rotas/${await rotaIn(unitId)}`,
      payload: { version: 9, content: rota() },
    }),
    [`DELETE ${ON_CALL}/rotas/:id :id`]: async (unitId) => ({ url: `${ON_CALL}/rotas/${await rotaIn(unitId)}` }),
    [`POST ${ON_CALL}/rotas/:id/overrides :id`]: async (unitId) => {
      const { id, payload } = await override(unitId);
      return { url: `${ON_CALL}/rotas/${id}/overrides`, payload };
    },
    [`DELETE ${ON_CALL}/rotas/:id/overrides/:override :id`]: overridden,
    [`DELETE ${ON_CALL}/rotas/:id/overrides/:override :override`]: overridden,
    [`POST ${ON_CALL}/policies unitId`]: (unitId) => ({
      url: `${ON_CALL}/policies`,
      payload: { unitId, content: policy() },
    }),
    [`PUT ${ON_CALL}/policies/:id :id`]: async (unitId) => ({
      url: `${ON_CALL}/policies/${await policyIn(unitId)}`,
      payload: { version: 9, content: policy() },
    }),
    [`DELETE ${ON_CALL}/policies/:id :id`]: async (unitId) => ({
      url: `${ON_CALL}/policies/${await policyIn(unitId)}`,
    }),
  };
}
