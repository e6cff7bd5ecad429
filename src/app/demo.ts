import {
  emailOf,
  GROUP_NAME,
  SAMPLE_PEOPLE,
  SAMPLE_UNITS,
  type SampleUnit,
  simulate,
  type UnitKey,
} from "../monitor/simulate/index.ts";
import { createSource } from "../monitor/source/index.ts";
import type { Ctx } from "../organization/access/index.ts";
import { createPerson } from "../organization/person/index.ts";
import { createToken, listTokens, revokeToken } from "../organization/token/index.ts";
import { createUnit, listUnits, updateUnit } from "../organization/unit/index.ts";
import type { RunningServer } from "./server.ts";

const HISTORY_HOURS = 24;
const LIVE_EVENTS_PER_SECOND = 20;
const SEED = "yagura";
/** Tokens of earlier runs are found by this name and revoked: their secrets are gone with the process. */
const TOKEN_NAME = "sample company";

export type DemoDeps = { readonly server: RunningServer; readonly signal: AbortSignal; say(text: string): void };

/** Enters the sample company, then lives its days over the real protocols until the signal. A second start goes on living. */
export async function startDemo({ server, signal, say }: DemoDeps): Promise<void> {
  const ctx = await server.organization.contexts.system("sample company");
  const { units, isNew } = await enterUnits(ctx, server);
  if (isNew) {
    await enterPeople(ctx, server, units);
    await enterSources(ctx, server, units);
  }
  const tokens = await freshTokens(ctx, server, units);
  const { tcp, udp } = server.listeners;
  say(
    `  The sample company ${GROUP_NAME.en} (${GROUP_NAME.ja}) sends its logs${isNew ? `, the last ${HISTORY_HOURS} hours first` : ""}.\n`,
  );
  await simulate({
    seed: SEED,
    rate: LIVE_EVENTS_PER_SECOND,
    historyHours: isNew ? HISTORY_HOURS : 0,
    signal,
    targets: {
      bulkUrl: `${server.address}/elastic/_bulk`,
      token: tokens.hq,
      unitTokens: tokens,
      syslogHost: "127.0.0.1",
      syslogUdpPort: udp?.port ?? 0,
      syslogTcpPort: tcp?.port ?? 0,
    },
  });
}

type UnitIds = Readonly<Record<UnitKey, string>>;

/** The head office is the root that every installation has; the others are found again by their English names. */
async function enterUnits(ctx: Ctx, { organization }: RunningServer): Promise<{ units: UnitIds; isNew: boolean }> {
  const there = await listUnits(ctx, { archived: "include" });
  const root = there.find((unit) => unit.parentId === null);
  const ids: Partial<Record<UnitKey, string>> = {};
  let isNew = false;
  for (const sample of SAMPLE_UNITS) {
    const known = sample.parent === undefined ? root : there.find((unit) => unit.name.en === sample.name.en);
    if (known) ids[sample.key] = known.id;
    else {
      isNew = true;
      ids[sample.key] = (await createUnit(ctx, organization.deps, newUnit(sample, root?.id ?? ""))).id;
    }
  }
  if (isNew && root) await updateUnit(ctx, root.id, { name: GROUP_NAME });
  return { units: all(ids), isNew };
}

const newUnit = ({ kind, name, country, timeZone }: SampleUnit, parentId: string) => ({
  kind: kind === "head-office" ? ("branch" as const) : kind,
  name,
  parentId,
  country,
  timeZone,
});

/** Every key of the sample has been given an id by now. */
function all(ids: Partial<Record<UnitKey, string>>): UnitIds {
  const { hq = "", osaka = "", singapore = "", supplier = "" } = ids;
  return { hq, osaka, singapore, supplier };
}

/** Nobody of the sample can sign in: they have no password, and get one by invitation like anybody else. */
async function enterPeople(ctx: Ctx, { organization }: RunningServer, units: UnitIds): Promise<void> {
  for (const person of SAMPLE_PEOPLE) {
    const unitId = units[person.unit];
    await createPerson(ctx, organization.deps, {
      name: person.name,
      kana: person.kana ?? null,
      romaji: person.romaji,
      email: emailOf(person),
      unitId,
      locale: person.locale,
      grants: [{ role: person.role, unitId }],
    });
  }
}

async function enterSources(ctx: Ctx, { monitoring }: RunningServer, units: UnitIds): Promise<void> {
  for (const { key, name, hostPattern } of SAMPLE_UNITS) {
    const source = {
      name: `syslog ${name.ja}`,
      kind: "syslog" as const,
      unitId: units[key],
      match: { hostName: hostPattern },
      format: "auto",
      timeZone: "UTC",
      encoding: "auto" as const,
    };
    await createSource(ctx, source, monitoring.sources);
  }
}

async function freshTokens(ctx: Ctx, { organization }: RunningServer, units: UnitIds): Promise<UnitIds> {
  const { items } = await listTokens(ctx, { revoked: "exclude", limit: 200 });
  for (const token of items) if (token.name === TOKEN_NAME) await revokeToken(ctx, organization.deps, token.id);
  const secretFor = async (unitId: string): Promise<string> => {
    const input = { name: TOKEN_NAME, kind: "ingest" as const, unitId, grants: [], sourceId: null, expiresAt: null };
    return (await createToken(ctx, organization.deps, input)).secret;
  };
  return {
    hq: await secretFor(units.hq),
    osaka: await secretFor(units.osaka),
    singapore: await secretFor(units.singapore),
    supplier: await secretFor(units.supplier),
  };
}
