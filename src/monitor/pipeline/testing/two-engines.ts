import { AppError } from "../../../kernel/errors.ts";
import type { EventsDb } from "../../../platform/events/index.ts";
import type { ReadRule } from "../../detect/read-rules.ts";
import { SqlCompiler } from "../../detect/sql/compile.ts";
import { emptyHotColumns, type Fields, type HotColumns, type LogSource } from "../../event/index.ts";
import { EventBlock } from "../event-block.ts";

export type Judged = { readonly fields: Fields; readonly logsource: LogSource; readonly hot?: HotColumns };

/** What the database says: for each event, in order, the indexes of the rules that fire; and the rules it cannot run. */
export type SqlVerdict = {
  readonly hits: readonly (readonly number[])[];
  readonly refused: readonly Refusal[];
};

type Member = readonly [number, ReadRule];
type Refusal = { readonly rule: number; readonly reason: string };

/** Rules asked in one query, events taken at a time: every field that a rule reads is held as arrays until the block is done. */
const RULES_A_QUERY = 8;

/** Stores events as the pipeline does, numbered from 0 within the stream. */
export async function storeEvents(db: EventsDb, stream: number, events: readonly Judged[]): Promise<void> {
  const block = new EventBlock();
  events.forEach((event, index) => {
    block.add(
      {
        event: { timeMs: 0, problem: "", fields: event.fields, hot: event.hot ?? hotOf(event) },
        receivedMs: 0,
        seq: BigInt(index),
        unitId: "",
        sourceId: "",
        raw: Buffer.alloc(0),
        ruleIds: [],
      },
      stream,
    );
  });
  const { columns, bytes } = block.finish();
  await db.insertNative("events", columns, bytes, `two-engines-${stream}`);
}

/** As the parser does: the log source's columns, and a Windows event's id as its code. */
function hotOf({ fields, logsource }: Judged): HotColumns {
  const code = logsource.product === "windows" ? String(fields.EventID ?? "") : "";
  return { ...emptyHotColumns(), ...logsource, event_code: code };
}

/** Asks the database which of the stream's events fire which rules. Rules with one log source share their queries. */
export async function askDatabase(
  db: EventsDb,
  stream: number,
  { rules, events }: { readonly rules: readonly ReadRule[]; readonly events: number },
): Promise<SqlVerdict> {
  const hits: number[][] = Array.from({ length: events }, () => []);
  const refused: Refusal[] = [];
  const groups = Map.groupBy(rules.entries(), ([, rule]) => {
    const compiled = new SqlCompiler().compile(rule);
    return compiled.ok ? compiled.sql.logsource : "0";
  });
  const inUse = await logsourcesIn(db, stream, [...groups.keys()]);
  for (const [logsource, members] of groups) {
    if (!inUse.has(logsource)) continue;
    for (let from = 0; from < members.length; from += RULES_A_QUERY) {
      const asked = await ask(db, stream, { members: members.slice(from, from + RULES_A_QUERY), logsource });
      refused.push(...asked.failed);
      for (const row of asked.rows) hits[Number(row.seq)]?.push(...row.hits);
    }
  }
  for (const one of hits) one.sort((a, b) => a - b);
  return { hits, refused };
}

type Ask = { readonly members: readonly Member[]; readonly logsource: string };
type Asked = { readonly rows: readonly { seq: string; hits: number[] }[]; readonly failed: readonly Refusal[] };

/** Half of the rules at a time when all need more memory than a query may have: some events hold whole scripts. */
async function ask(db: EventsDb, stream: number, { members, logsource }: Ask): Promise<Asked> {
  const { sql, failed } = query(members, logsource);
  if (sql === undefined) return { rows: [], failed };
  try {
    return { rows: await db.select(sql, { stream }, { maxRows: 1_000_000, maxSeconds: 600 }), failed };
  } catch (error) {
    if (members.length === 1 || !(error instanceof AppError) || error.code !== "over_limit") throw error;
    const middle = members.length >> 1;
    const first = await ask(db, stream, { members: members.slice(0, middle), logsource });
    const second = await ask(db, stream, { members: members.slice(middle), logsource });
    return { rows: [...first.rows, ...second.rows], failed: [...first.failed, ...second.failed] };
  }
}

/** Most log sources of a rule set are in no event at hand. "0" stays, for the reasons why its rules have no SQL. */
async function logsourcesIn(db: EventsDb, stream: number, logsources: readonly string[]): Promise<ReadonlySet<string>> {
  const sql = `SELECT [${logsources.map((one) => `countIf(${one}) > 0`).join(",\n")}] AS present FROM events WHERE stream = {stream:UInt32}`;
  const [row] = await db.select<{ present: (boolean | number)[] }>(sql, { stream });
  return new Set(logsources.filter((one, index) => one === "0" || row?.present[index]));
}

function query(members: readonly Member[], logsource: string) {
  const compiler = new SqlCompiler();
  const failed: Refusal[] = [];
  const runnable = members.flatMap(([number, rule]) => {
    const compiled = compiler.compile(rule);
    if (compiled.ok) return [{ number, ...compiled.sql }];
    failed.push({ rule: number, reason: compiled.reason });
    return [];
  });
  if (runnable.length === 0) return { sql: undefined, failed };
  const placed = compiler.placedSql();
  const verdicts = runnable.map(
    ({ number, eventIds, condition }) => `toInt32(if(${placed} AND ${eventIds} AND ${condition}, ${number}, -1))`,
  );
  const source = `(SELECT seq, event_code, fields, added, null_fields, list_fields FROM events WHERE stream = {stream:UInt32} AND ${logsource})`;
  const sql = `SELECT seq, arrayFilter(rule -> rule >= 0, [${verdicts.join(",\n")}]) AS hits
    FROM ${compiler.tableSql(source)} WHERE notEmpty(hits) SETTINGS max_block_size = 1024, max_threads = 1`;
  return { sql, failed };
}
