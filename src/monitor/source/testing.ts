import {
  type AuditRecord,
  buildUnitTree,
  type Ctx,
  createContextFactory,
  type RoleName,
} from "../../organization/access/index.ts";
import { createLogger } from "../../platform/log/index.ts";
import type { State } from "../../platform/state/index.ts";

/** A group of three for tests: Osaka and Kyoto under the root. */
export const TREE = buildUnitTree([
  { id: "unit_root", parentId: null },
  { id: "unit_osaka", parentId: "unit_root" },
  { id: "unit_kyoto", parentId: "unit_root" },
]);

type Wanted = {
  readonly role?: RoleName;
  readonly units?: readonly string[];
  readonly person?: string;
  readonly now?: Date;
};

export type TestContexts = {
  /** What was written to the audit record, oldest first. */
  readonly audits: AuditRecord[];
  /** The real context of a person: by default Taro, analyst of the whole group, at `startedAt`. */
  as(wanted?: Wanted): Promise<Ctx>;
};

/** Real contexts over the given state engine; only the audit writer is a list, so that tests can look. */
export function testContexts(state: State, startedAt: Date): TestContexts {
  const audits: AuditRecord[] = [];
  return {
    audits,
    as: ({ role = "analyst", units = ["unit_root"], person = "太郎", now = startedAt } = {}) => {
      const factory = createContextFactory({
        state,
        tree: { current: async () => TREE, invalidate: () => undefined },
        writeAudit: async (_tx, record) => {
          audits.push(record);
        },
        log: createLogger("silent"),
        now: () => now,
      });
      const grants = units.map((unitId) => ({ role, unitId }));
      return factory.of({ kind: "person", id: `person_${person}`, name: person, grants });
    },
  };
}
