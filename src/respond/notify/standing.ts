import { sql } from "drizzle-orm";
import { z } from "zod";
import type { UnitTree } from "../../organization/access/index.ts";
import type { StateDb } from "../../platform/state/index.ts";
import { textArray } from "../incident/index.ts";
import { MAX_RULES, RuleContent } from "./contract.ts";
import type { Matter } from "./matter.ts";
import { readRotas, turnsOf } from "./on-call/rota-store.ts";
import type { Standing } from "./recipients.ts";
import { readReaders } from "./rows.ts";

const INCIDENT = "incident:";
const RuleRow = z.object({ unitId: z.string(), content: RuleContent });
const OwnerRow = z.object({ id: z.string(), ownerId: z.string() });

type Asked = {
  readonly tree: UnitTree;
  readonly now: Date;
  readonly matters: readonly Matter[];
  /** Hears of people whose settings cannot be read. */
  readonly warn?: ((personId: string, reason: string) => void) | undefined;
};

/** Everything that decides who hears of these matters, as it is now. */
export async function standingFor(db: StateDb, { tree, now, matters, warn }: Asked): Promise<Standing> {
  const rules = await db.execute(sql`
    SELECT unit_id AS "unitId", content FROM notify_rule WHERE is_enabled ORDER BY id LIMIT ${MAX_RULES}`);
  const incidents = matters.filter(({ subject }) => subject.startsWith(INCIDENT)).map(incidentOf);
  const owners = await db.execute(sql`
    SELECT id, owner_id AS "ownerId" FROM incident WHERE owner_id IS NOT NULL AND id = ANY(${textArray([...new Set(incidents)])})`);
  const ownerOf = new Map(owners.rows.map((row) => OwnerRow.parse(row)).map(({ id, ownerId }) => [id, ownerId]));
  const rotas = new Map((await readRotas(db, sql`true`, now)).map((rota) => [rota.id, rota]));
  return {
    tree,
    readers: await readReaders(db, { warn }),
    rules: rules.rows.map((row) => RuleRow.parse(row)),
    onCall: (rotaId) => {
      const rota = rotas.get(rotaId);
      return rota === undefined ? [] : turnsOf(rota, now.getTime()).map(({ id }) => id);
    },
    ownerOf: (matter) => ownerOf.get(incidentOf(matter)),
  };
}

const incidentOf = ({ subject }: Matter): string => subject.slice(INCIDENT.length);
