import { clockJumps } from "./clock-jumps.ts";
import { crowds } from "./crowds.ts";
import { diskFaults } from "./disk-full.ts";
import { enginesAway } from "./engine-away.ts";
import type { Fault } from "./fault.ts";
import { fuzz } from "./fuzz.ts";
import { hostileBytes } from "./hostile-bytes.ts";
import { hostileJson } from "./hostile-json.ts";
import { killMigration } from "./kill-migration.ts";
import { killNine } from "./kill-nine.ts";
import { repeated } from "./repeated.ts";
import { bitFlips, logKills, powerLoss } from "./write-ahead-log.ts";

/** Every fault that can be brought about by name, in the order of the table. */
export const FAULTS: readonly Fault[] = [
  killNine,
  killMigration,
  logKills,
  powerLoss,
  bitFlips,
  ...diskFaults,
  ...enginesAway,
  clockJumps,
  hostileBytes,
  hostileJson,
  repeated,
  crowds,
  fuzz,
];
