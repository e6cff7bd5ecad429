import { AppError } from "../../kernel/errors.ts";

/** ClickHouse error codes that tell the caller's query was too large for its limits, not wrong. */
const OVER_LIMIT = new Set([
  158, // TOO_MANY_ROWS
  159, // TIMEOUT_EXCEEDED
  160, // TOO_SLOW
  241, // MEMORY_LIMIT_EXCEEDED
  307, // TOO_MANY_BYTES
  396, // TOO_MANY_ROWS_OR_BYTES
]);

/** Codes with which the engine says that it cannot serve now: the same request may succeed later. */
const UNAVAILABLE = new Set([
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  242, // TABLE_IS_READ_ONLY
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS
  319, // UNKNOWN_STATUS_OF_INSERT
  999, // KEEPER_EXCEPTION
]);

/** Codes of failed calls to the system: the engine's words say whether the machine cannot serve now. Of other codes the words may be data. */
const OF_THE_SYSTEM = new Set([
  74, // CANNOT_READ_FROM_FILE_DESCRIPTOR
  75, // CANNOT_WRITE_TO_FILE_DESCRIPTOR
  76, // CANNOT_OPEN_FILE
  425, // SYSTEM_ERROR
  1000, // POCO_EXCEPTION
  1001, // STD_EXCEPTION
]);
const MACHINE_SHORT =
  /No space left on device|Disk quota exceeded|Too many open files|Cannot allocate memory|Read-only file system|Input\/output error/;

/** Turns what the client threw into an AppError. An answer with a code is the engine's verdict; anything else means it was not reached. */
export function toAppError(cause: unknown): AppError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof Error && cause.name === "AbortError")
    return new AppError("over_limit", "the query was cancelled", {}, cause);
  const code = codeOf(cause, message);
  if (code === undefined)
    return new AppError("unavailable", `the events engine is not reachable: ${firstLine(message)}`, {}, cause);
  const detail = { clickhouseCode: code };
  if (OVER_LIMIT.has(code)) {
    return new AppError(
      "over_limit",
      "the query needs more rows, time or memory than it may use; narrow the time range",
      detail,
      cause,
    );
  }
  if (UNAVAILABLE.has(code) || (OF_THE_SYSTEM.has(code) && MACHINE_SHORT.test(message)))
    return new AppError("unavailable", `the events engine cannot serve now: ${firstLine(message)}`, detail, cause);
  return new AppError("invalid", `the events engine refused the query: ${firstLine(message)}`, detail, cause);
}

function codeOf(cause: unknown, message: string): number | undefined {
  if (typeof cause === "object" && cause !== null && "code" in cause) {
    const code = Number(cause.code);
    if (Number.isInteger(code) && code > 0) return code;
  }
  const inText = /Code: (\d+)/.exec(message)?.[1];
  return inText === undefined ? undefined : Number(inText);
}

const firstLine = (message: string): string => message.split("\n", 1)[0]?.slice(0, 500) ?? "";
