import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyRequest } from "fastify";
import { AppError, type ErrorCode } from "../../kernel/errors.ts";
import { createAttemptLimiter } from "../http/index.ts";
import { AUTH_PATH, type AuthEngine } from "./engine.ts";

export type SignInEvent = {
  readonly action:
    | "sign-in.success"
    | "sign-in.failure"
    | "sign-out"
    | "password.change"
    | "second-factor.enable"
    | "second-factor.disable"
    | "second-factor.renew-codes"
    | "session.revoke";
  readonly method: "password" | "second-factor" | "oidc" | "session";
  /** Absent when nobody was recognized. */
  readonly userId?: string;
  /** The address that was tried, when a sign-in by password failed. */
  readonly email?: string;
  readonly reason?: string;
  readonly requestId: string;
  readonly ip: string;
};

export type EngineAnswer = {
  readonly status: number;
  readonly setCookies: readonly string[];
  readonly location: string | undefined;
  readonly body: string;
  readonly isSignedIn: boolean;
};

export type SignInWatch = {
  /** Passes a call to better-auth; counts failures, reports events. Errors: AppError instead of a 4xx answer. */
  handle(call: Request, request: FastifyRequest): Promise<EngineAnswer>;
};

const WINDOW_MS = 15 * 60_000;
/** Failures in the window: one person at one address, one address at all persons. */
const MAX_FAILURES = { pair: 10, ip: 50 };
/**
 * One person from everywhere. Never a refusal, which would let any stranger lock an administrator out: past this number
 * each try waits, so that guessing from many addresses stays slow.
 */
const FAILURES_BEFORE_SLOW = 100;
const SLOW_MS = 2_000;
const MAX_EMAIL = 254;

const SIGN_IN = new Set(["/sign-in/email", "/two-factor/verify-totp", "/two-factor/verify-backup-code"]);
const WITH_SESSION: Readonly<Record<string, SignInEvent["action"]>> = {
  "/sign-out": "sign-out",
  "/change-password": "password.change",
  "/two-factor/verify-totp": "second-factor.enable",
  "/two-factor/disable": "second-factor.disable",
  "/two-factor/generate-backup-codes": "second-factor.renew-codes",
  "/revoke-session": "session.revoke",
  "/revoke-other-sessions": "session.revoke",
};

type Deps = { readonly engine: AuthEngine; readonly onEvent: (event: SignInEvent) => Promise<void> };
type Call = { readonly path: string; readonly email: string | undefined; readonly request: FastifyRequest };

export function createSignInWatch(deps: Deps): SignInWatch {
  const limit = createFailureLimits();
  const report = (call: Call, event: Omit<SignInEvent, "requestId" | "ip">) =>
    deps.onEvent({ ...event, requestId: call.request.id, ip: call.request.ip });

  async function succeed(call: Call, answer: EngineAnswer, ownerBefore: string | undefined): Promise<void> {
    const action = WITH_SESSION[call.path];
    if (ownerBefore !== undefined && action) {
      await report(call, { action, method: "session", userId: ownerBefore });
      return;
    }
    if (!answer.isSignedIn) return;
    limit.forget(call);
    const userId = await ownerOf(deps.engine, answer.setCookies);
    await report(call, { action: "sign-in.success", method: methodOf(call.path), ...(userId ? { userId } : {}) });
  }

  async function refuse(call: Call, answer: EngineAnswer): Promise<never> {
    const { reason, message } = reasonOf(answer);
    if (isSignIn(call.path)) {
      limit.count(call);
      const email = call.email === undefined ? {} : { email: call.email };
      await report(call, { action: "sign-in.failure", method: methodOf(call.path), reason, ...email });
    }
    throw new AppError(codeOf(answer.status), message, { reason });
  }

  return {
    async handle(engineCall, request) {
      const path = new URL(engineCall.url).pathname.slice(AUTH_PATH.length);
      const call: Call = { path, email: await emailIn(engineCall, path), request };
      if (isSignIn(path)) await limit.check(call);
      const ownerBefore = WITH_SESSION[path] ? (await deps.engine.readSession(engineCall.headers))?.userId : undefined;
      const answer = await readAnswer(await deps.engine.handle(engineCall));
      if (answer.status >= 500) throw new Error(`better-auth answered ${answer.status} at ${path}`);
      if (answer.status >= 400) return await refuse(call, answer);
      if (path.startsWith("/callback/") && !answer.isSignedIn) await reportFailedCallback(call, answer, report);
      else await succeed(call, answer, ownerBefore);
      return answer;
    },
  };
}

/** A provider's refusal comes back as a redirect to the sign-in page with `error` in the query. */
async function reportFailedCallback(
  call: Call,
  answer: EngineAnswer,
  report: (call: Call, event: Omit<SignInEvent, "requestId" | "ip">) => Promise<void>,
): Promise<void> {
  const error = answer.location ? new URL(answer.location, "http://localhost").searchParams.get("error") : null;
  await report(call, { action: "sign-in.failure", method: "oidc", reason: (error ?? "no session").slice(0, 100) });
}

function isSignIn(path: string): boolean {
  return SIGN_IN.has(path) || path.startsWith("/callback/");
}

function methodOf(path: string): SignInEvent["method"] {
  if (path.startsWith("/callback/")) return "oidc";
  return path.startsWith("/two-factor/") ? "second-factor" : "password";
}

function createFailureLimits() {
  const limiter = (maxAttempts: number) => createAttemptLimiter({ maxAttempts, windowMs: WINDOW_MS });
  const pair = limiter(MAX_FAILURES.pair);
  const byIp = limiter(MAX_FAILURES.ip);
  const byEmail = limiter(FAILURES_BEFORE_SLOW);
  const both = (call: Call) => `${call.request.ip} ${call.email ?? ""}`;
  return {
    async check(call: Call): Promise<void> {
      byIp.check(call.request.ip);
      if (call.email === undefined) return;
      pair.check(both(call));
      if (byEmail.isUsedUp(call.email)) await sleep(SLOW_MS);
    },
    count(call: Call): void {
      byIp.count(call.request.ip);
      if (call.email === undefined) return;
      pair.count(both(call));
      byEmail.count(call.email);
    },
    forget(call: Call): void {
      if (call.email !== undefined) pair.forget(both(call));
    },
  };
}

async function emailIn(call: Request, path: string): Promise<string | undefined> {
  if (path !== "/sign-in/email") return undefined;
  const body: unknown = await call.clone().json();
  const email = typeof body === "object" && body !== null && "email" in body ? body.email : undefined;
  return typeof email === "string" ? email.slice(0, MAX_EMAIL).toLowerCase() : undefined;
}

async function readAnswer(response: Response): Promise<EngineAnswer> {
  const setCookies = response.headers.getSetCookie();
  return {
    status: response.status,
    setCookies,
    location: response.headers.get("location") ?? undefined,
    body: await response.text(),
    isSignedIn: setCookies.some((cookie) => /session_token=[^;]/.test(cookie)),
  };
}

async function ownerOf(engine: AuthEngine, setCookies: readonly string[]): Promise<string | undefined> {
  const cookie = setCookies.map((line) => line.split(";", 1)[0] ?? "").join("; ");
  return (await engine.readSession(new Headers({ cookie })))?.userId;
}

function reasonOf(answer: EngineAnswer): { reason: string; message: string } {
  const plain = { reason: "REFUSED", message: "The sign-in was refused." };
  try {
    const body: unknown = JSON.parse(answer.body);
    if (typeof body !== "object" || body === null) return plain;
    return {
      reason: "code" in body && typeof body.code === "string" ? body.code : plain.reason,
      message: "message" in body && typeof body.message === "string" ? body.message : plain.message,
    };
  } catch {
    return plain;
  }
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  429: "over_limit",
};
function codeOf(status: number): ErrorCode {
  return CODES[status] ?? "invalid";
}
