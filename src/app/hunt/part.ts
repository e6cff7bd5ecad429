import type { BaseHit, Found } from "../../monitor/hunt/index.ts";

/** A piece of work for one thread. `file` is the name that people are told. Offsets are bytes of the file. */
export type Part = {
  readonly file: string;
  /** Where it is on the disk; "-" is standard input. */
  readonly path: string;
  readonly sizeBytes: number | undefined;
  readonly range: Range | undefined;
};

/** The lines, or the chunks of an event log, that begin in [from, to). */
export type Range = { readonly kind: "lines" | "evtx"; readonly from: number; readonly to: number };

/** Something that was not as it should be. `isLoss`: records may be missing because of it. */
export type Problem = {
  readonly file: string;
  readonly kind: string;
  readonly detail: string;
  readonly count: number;
  readonly isLoss: boolean;
};

/** What a thread found since it last said so. */
export type Batch = {
  readonly found: readonly Found[];
  /** What correlations listen to. */
  readonly bases: readonly BaseHit[];
  readonly records: number;
  /** Files begun: those in an archive, not the archive. */
  readonly files: number;
  /** Bytes of content, unpacked. */
  readonly bytes: number;
  /** Bytes taken from the disk. */
  readonly readBytes: number;
  readonly problems: readonly Problem[];
};
