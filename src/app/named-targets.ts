import { AppError } from "../kernel/errors.ts";
import { FORMATS } from "../monitor/parse/index.ts";
import type { Organization } from "../organization/index.ts";

/** Where the settings say that events belong, and how they are read. */
export type NamedTarget = {
  readonly name: string;
  readonly unit?: string | undefined;
  readonly format?: string | undefined;
};

/** Errors: `invalid` for a unit or a format that there is not: events for it would be seen by nobody. */
export async function checkTargets(
  organization: Pick<Organization, "tree">,
  what: string,
  targets: readonly NamedTarget[],
): Promise<void> {
  const tree = await organization.tree.current();
  const formats = new Set<string>(["auto", ...FORMATS]);
  for (const { name, unit, format } of targets) {
    if (unit !== undefined && !tree.has(unit))
      throw new AppError("invalid", `${what} ${name}: there is no unit with the id "${unit}".`);
    if (format !== undefined && !formats.has(format))
      throw new AppError(
        "invalid",
        `${what} ${name}: there is no format "${format}". Known: ${[...formats].join(", ")}.`,
      );
  }
}
