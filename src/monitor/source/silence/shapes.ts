import type { Cadence } from "./cadence.ts";

/** What is kept of one source, also over a restart. Instants are UTC milliseconds. */
export type Watched = {
  readonly sourceId: string;
  lastMs: number;
  /** Set while the source is silent beyond its cadence: since when nothing came. */
  silentSinceMs: number | undefined;
  /** When a silent source spoke again; told with the next look. */
  spokeMs: number | undefined;
  /** A silence that ended and whose alert is not marked yet. */
  unmarked: Span | undefined;
  /** Told together with others, as a failure of our own. */
  isTogether: boolean;
  readonly cadence: Cadence;
};

/** A source as registered. `silenceMinutes`: null = by its cadence, 0 = its silence is nothing to tell. */
export type WatchedSource = {
  readonly id: string;
  readonly kind: "token" | "syslog" | "file";
  readonly isEnabled: boolean;
  readonly archivedAt: Date | null;
  readonly silenceMinutes: number | null;
};

/** From the last that was heard to the first that was heard again. */
export type Span = { readonly sinceMs: number; readonly untilMs: number };
/** `sources`: how many are silent together; only of `COLLECTION`. */
export type Silence = {
  readonly sourceId: string;
  readonly sinceMs: number;
  readonly atMs: number;
  readonly sources?: number;
};
export type Recovery = Span & { readonly sourceId: string };
/** What a look at all sources found; `COLLECTION` stands for all that fell silent together. */
export type Found = {
  readonly silent: readonly Silence[];
  readonly recovered: readonly Recovery[];
};

export type SilenceState = "off" | "learning" | "sending" | "silent";
export type SilenceView = {
  readonly state: SilenceState;
  readonly sinceMs: number | undefined;
  readonly usualPauseMs: number | undefined;
  /** Silent for longer than this and it is told; undefined = never. */
  readonly afterMs: number | undefined;
};

export type Changes = { readonly changed: readonly Watched[]; readonly gone: readonly string[] };
