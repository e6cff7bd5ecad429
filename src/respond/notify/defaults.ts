import { sql } from "drizzle-orm";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import type { RuleContent } from "./contract.ts";
import { instant } from "./rows.ts";
import { insertRule } from "./rules.ts";

const role = (name: "analyst" | "ciso" | "executive" | "system-administrator") =>
  ({ kind: "role", role: name }) as const;
const OWNER = { kind: "owner" } as const;

/** What a new installation tells, until somebody decides otherwise. In both languages: these names are data, and everybody's. */
const DEFAULTS: readonly RuleContent[] = [
  {
    name: "重大なインシデント · Serious incidents",
    kinds: ["incident-opened", "incident-raised"],
    from: "high",
    targets: [role("analyst"), role("ciso")],
    timing: "now",
  },
  {
    name: "その他のインシデント · Other incidents",
    kinds: ["incident-opened"],
    from: "low",
    targets: [role("analyst")],
    timing: "digest",
  },
  {
    name: "緊急アラート · Critical alerts",
    kinds: ["alert-critical"],
    from: "critical",
    targets: [role("analyst")],
    timing: "now",
  },
  {
    name: "通知義務の期限 · Deadlines of duties",
    kinds: ["duty-clock"],
    from: "informational",
    targets: [OWNER, role("analyst"), role("ciso")],
    timing: "now",
  },
  {
    name: "危機の段階 · Phases of a crisis",
    kinds: ["crisis-phase"],
    from: "informational",
    targets: [OWNER, role("ciso"), role("executive")],
    timing: "now",
  },
  {
    name: "ログの途絶 · Logs that stop",
    kinds: ["source-silent", "collection-stopped"],
    from: "informational",
    targets: [role("system-administrator")],
    timing: "now",
  },
];

/** Once per installation: rules that people removed do not come back. */
export async function ensureDefaults(ctx: Ctx, rootId: string): Promise<void> {
  const done = await ctx.state.execute(sql`SELECT FROM notify_defaults`);
  if (done.rows.length > 0) return;
  const entry = { action: "notify-rule.defaults", target: { kind: "unit", id: rootId }, unitId: rootId };
  await ctx.change(entry, async (tx) => {
    const { rows } = await tx.execute(sql`
      INSERT INTO notify_defaults (made_at) VALUES (${instant(ctx.now())}) ON CONFLICT DO NOTHING RETURNING made_at`);
    if (rows.length === 0) return;
    for (const [place, content] of DEFAULTS.entries()) {
      // Rules are listed by their ids: a millisecond apart, these stay in the order above.
      const id = newId("notify", ctx.now().getTime() + place);
      await insertRule(tx, { id, unitId: rootId, content, at: ctx.now() });
    }
  });
}
