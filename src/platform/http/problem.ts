import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { AppError } from "../../kernel/errors.ts";
import type { Problem } from "./contract.ts";

const MAX_ISSUES = 20;
const MAX_CAUSES = 8;

type Facts = { readonly status: number; readonly code: string; readonly detail: string } & Pick<
  Problem,
  "issues" | "facts"
>;

/** Maps any error to what the sender may know. Bugs become 500 with the request id alone; the log has the rest. */
function problemOf(error: unknown, requestId: string): Problem {
  const facts = factsOf(error);
  return {
    type: `urn:yagura:problem:${facts.code}`,
    title: STATUS_CODES[facts.status] ?? "Error",
    ...facts,
    requestId,
  };
}

function factsOf(error: unknown): Facts {
  const expected = findAppError(error);
  if (expected) {
    const { code, message, status, detail } = expected;
    return Object.keys(detail).length === 0
      ? { status, code, detail: message }
      : { status, code, detail: message, facts: { ...detail } };
  }
  if (hasZodFastifySchemaValidationErrors(error)) return invalidInput(error);
  return fromFramework(error);
}

function invalidInput(error: { validation: readonly { instancePath?: string; message?: string }[] } & object): Facts {
  const where = "validationContext" in error ? String(error.validationContext) : "input";
  const issues = error.validation.slice(0, MAX_ISSUES).map((issue) => ({
    path: `${where}${(issue.instancePath ?? "").replaceAll("/", ".")}`,
    message: issue.message ?? "is not valid",
  }));
  const detail = issues.map((issue) => `${issue.path}: ${issue.message}`).join("; ");
  return { status: 400, code: "invalid", detail, issues };
}

const BY_STATUS: Readonly<Record<number, string>> = {
  404: "not_found",
  413: "too_large",
  415: "unsupported",
  429: "over_limit",
  503: "unavailable",
};

/** Fastify's own 4xx (broken JSON, wrong type, too large) carry texts that are safe; anything else is a bug of ours. */
function fromFramework(error: unknown): Facts {
  const status = error instanceof Error && "statusCode" in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500 && error instanceof Error) {
    return { status, code: BY_STATUS[status] ?? "invalid", detail: error.message };
  }
  return {
    status: 500,
    code: "internal",
    detail: "Something went wrong in Yagura. The log has it under this request id.",
  };
}

/** An AppError may be wrapped: the query builder, for one, puts its own error around it. */
function findAppError(error: unknown): AppError | undefined {
  let next: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && next instanceof Error; depth += 1) {
    if (next instanceof AppError) return next;
    next = next.cause;
  }
  return undefined;
}

/** Only 500 is a fault of ours. 503 and its kin are states that pass: starting, an engine away, a log that is full. */
export function levelOf(status: number): "info" | "warn" | "error" {
  if (status < 500) return "info";
  return status === 500 ? "error" : "warn";
}

export function nothingHere(): AppError {
  return new AppError("not_found", "There is nothing at this address.");
}

/** Sends a problem past the route's own response schemas. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error, request.id);
  if (problem.status >= 500) request.log[levelOf(problem.status)]({ err: error }, "a request failed");
  const retryAfter = problem.facts?.retryAfterSeconds;
  if (problem.status === 429 && typeof retryAfter === "number") reply.header("retry-after", String(retryAfter));
  return reply
    .code(problem.status)
    .type("application/problem+json")
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problem);
}
