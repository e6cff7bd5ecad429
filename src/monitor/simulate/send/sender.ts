/** What a way out is given: a line with the host that wrote it and when. */
export type Line = { readonly atMs: number; readonly host: string; readonly bytes: Buffer };

/** Counted in lines. sent: by protocols without an answer. retried: sent again because no answer, or "not now", came. */
export type Delivered = { sent: number; acknowledged: number; refused: number; retried: number; bytes: number };
export const nothingDelivered = (): Delivered => ({ sent: 0, acknowledged: 0, refused: 0, retried: 0, bytes: 0 });

export type Sender = {
  readonly delivered: Delivered;
  /** Errors: AppError `unavailable` (stays away), `upstream` (answers what the protocol does not know), `unauthenticated`. */
  send(line: Line): Promise<void>;
  /** Sends what has gathered. */
  flush(): Promise<void>;
  /** Also waits for the answers that are due. */
  close(): Promise<void>;
};

/** How long an answer is waited for, and how often in a row nothing may come of it. */
export type Patience = { readonly answerMs: number; readonly attempts: number; readonly firstPauseMs: number };
export const PATIENCE: Patience = { answerMs: 30_000, attempts: 8, firstPauseMs: 200 };
