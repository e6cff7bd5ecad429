import type { SourceRow } from "../../monitor/source/contract.ts";

export const MAX_SOURCES = 10_000;

/** As home counts it: nothing came for longer than the source pauses, or for a day. */
export const isSilent = ({ health, silence }: Pick<SourceRow, "health" | "silence">): boolean =>
  health === "silent" || silence.state === "silent";
