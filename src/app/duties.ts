import type { Logger } from "../platform/log/index.ts";
import type { State } from "../platform/state/index.ts";
import { type DeliverWarning, type DutyWatch, watchDuties } from "../respond/duty/index.ts";

/** Watches the clocks of notification duties. People are told by a trigger on what it writes; the log has it too. */
export function openDuties({ state, log }: { readonly state: State; readonly log: Logger }): DutyWatch {
  const deliver: DeliverWarning = async ({ dueAt, ...warning }) =>
    log.warn({ ...warning, dueAt: dueAt.toISOString() }, "a notification duty comes due");
  return watchDuties({ state, log, deliver, now: () => new Date() });
}
