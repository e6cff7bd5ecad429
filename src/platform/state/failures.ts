import { AppError } from "../../kernel/errors.ts";

/** PostgreSQL error classes 08 (connection), 53 (resources), 57P (shutdown), and the socket errors of Node. */
const AWAY = /^(08\w{3}|53\w{3}|57P\d\d|ECONN\w+|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN)$/;
const AWAY_WORDS =
  /PGlite is clos|timeout exceeded when trying to connect|Connection terminated|pool after calling end/i;

/** The causes of an error, outermost first, bounded. */
function chain(error: unknown): unknown[] {
  const found: unknown[] = [];
  for (let next = error; next instanceof Error && found.length < 8; next = next.cause) found.push(next);
  return found;
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

/** The engine being away is expected: it becomes AppError `unavailable`. Everything else stays what it is. */
export function explainFailure(error: unknown): unknown {
  for (const link of chain(error)) {
    if (link instanceof AppError) return link;
    const message = link instanceof Error ? link.message : "";
    if (AWAY.test(codeOf(link)) || AWAY_WORDS.test(message)) {
      return new AppError("unavailable", "The state database does not answer. Try again in a moment.", {}, error);
    }
  }
  return error;
}

/** True for PostgreSQL 23505, wherever it is in the chain of causes; `constraint` narrows it to one index. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return chain(error).some((link) => {
    if (codeOf(link) !== "23505") return false;
    if (constraint === undefined) return true;
    return typeof link === "object" && link !== null && "constraint" in link && link.constraint === constraint;
  });
}
