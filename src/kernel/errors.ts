/** One registry of expected failures: the code is the contract, HTTP status and translated text hang off it. */
const STATUS = {
  invalid: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  too_large: 413,
  unsupported: 415,
  over_limit: 429,
  upstream: 502,
  unavailable: 503,
  /** The change is stored, but what runs could not be brought to it yet. */
  not_loaded: 503,
} as const;

export type ErrorCode = keyof typeof STATUS;

/** An expected failure. `message` tells the person what to do; `detail` is safe to send to them. Bugs throw plain errors. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, detail: Readonly<Record<string, unknown>> = {}, cause?: unknown) {
    super(message, { cause });
    this.name = "AppError";
    this.code = code;
    this.detail = detail;
  }

  get status(): number {
    return STATUS[this.code];
  }
}
