import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

/** Which probes were sent, and which of them Yagura said it had. A probe is a word that stands in one event alone. */
export type Ledger = { readonly sent: Set<string>; readonly acknowledged: Set<string> };
export const newLedger = (): Ledger => ({ sent: new Set(), acknowledged: new Set() });

const Rows = z.array(z.tuple([z.string(), z.number()]));
const MAX_OUTPUT_BYTES = 1 << 30;

/**
 * How often each probe is stored in a stopped Yagura's embedded engine. In a process of its own: the engine opens one directory a
 * process.
 */
export async function storedProbes(data: string): Promise<ReadonlyMap<string, number>> {
  const script = new URL("./stored-probes.ts", import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [script, data], { maxBuffer: MAX_OUTPUT_BYTES });
  return new Map(Rows.parse(JSON.parse(stdout)));
}

/** What does not hold between what was promised and what is stored. A probe that was sent once may be stored once. */
export function unpaid(ledger: Ledger, stored: ReadonlyMap<string, number>): string[] {
  const broken: string[] = [];
  for (const probe of ledger.acknowledged) if (!stored.has(probe)) broken.push(`acknowledged and lost: ${probe}`);
  for (const [probe, count] of stored) {
    if (count > 1) broken.push(`stored ${count} times: ${probe}`);
    if (!ledger.sent.has(probe)) broken.push(`stored and never sent: ${probe}`);
  }
  return broken;
}

export const figuresOf = (ledger: Ledger, stored: ReadonlyMap<string, number>): Readonly<Record<string, number>> => ({
  sent: ledger.sent.size,
  acknowledged: ledger.acknowledged.size,
  stored: stored.size,
  lost: [...ledger.acknowledged].filter((probe) => !stored.has(probe)).length,
  "stored twice": [...stored.values()].filter((count) => count > 1).length,
});
