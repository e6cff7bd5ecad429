import { AppError, type ErrorCode } from "../../../kernel/errors.ts";

/** HEC's answers by their code: HTTP status and text. Source: Splunk, "Troubleshoot HTTP Event Collector", possible error codes. */
const ANSWERS = {
  0: [200, "Success"],
  1: [403, "Token disabled"],
  2: [401, "Token is required"],
  3: [401, "Invalid authorization"],
  4: [403, "Invalid token"],
  5: [400, "No data"],
  6: [400, "Invalid data format"],
  8: [500, "Internal server error"],
  9: [503, "Server is busy"],
  10: [400, "Data channel is missing"],
  11: [400, "Invalid data channel"],
  12: [400, "Event field is required"],
  13: [400, "Event field cannot be blank"],
  15: [400, "Error in handling indexed fields"],
  16: [400, "Query string authorization is not enabled"],
  17: [200, "HEC is healthy"],
  18: [503, "HEC is unhealthy, queues are full"],
  27: [413, "Request entity too large"],
} as const satisfies Readonly<Record<number, readonly [number, string]>>;
export type HecCode = keyof typeof ANSWERS;

export type HecAnswer = { readonly text: string; readonly code: HecCode };
export type HecReply = { readonly status: number; readonly body: HecAnswer & Readonly<Record<string, unknown>> };

export function hecReply(code: HecCode, more: Readonly<Record<string, unknown>> = {}): HecReply {
  const [status, text] = ANSWERS[code];
  return { status, body: { text, code, ...more } };
}

/** A refusal in HEC's own words, on its way through the receiver's error handling. */
export class HecError extends AppError {
  readonly reply: HecReply;
  constructor(code: HecCode, more: Readonly<Record<string, unknown>> = {}) {
    const reply = hecReply(code, more);
    super(CODE_OF_STATUS[reply.status] ?? "invalid", reply.body.text);
    this.reply = reply;
  }
}

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: "unauthenticated",
  403: "forbidden",
  413: "too_large",
  503: "unavailable",
};

const CODES: Readonly<Partial<Record<ErrorCode, HecCode>>> = {
  forbidden: 1,
  too_large: 27,
  unsupported: 6,
  invalid: 6,
  over_limit: 9,
  unavailable: 9,
};

/** What a sender is told of any failure; undefined is a bug of ours. Both kinds of "not now" are HEC's "busy", which all retry. */
export function replyTo(error: AppError | undefined): HecReply {
  if (error instanceof HecError) return error.reply;
  return hecReply((error && CODES[error.code]) ?? 8);
}
