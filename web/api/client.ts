import type { Problem } from "../../src/platform/http/contract.ts";

export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

/** An error answer of the server (RFC 9457), or `code: "network"` when no answer came at all. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly requestId: string | undefined;
  readonly issues: readonly { path: string; message: string }[];
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(problem: Partial<Problem> & { status: number; code: string }) {
    super(problem.detail ?? problem.title ?? problem.code);
    this.name = "ApiProblem";
    this.status = problem.status;
    this.code = problem.code;
    this.title = problem.title ?? "";
    this.requestId = problem.requestId;
    this.issues = problem.issues ?? [];
    this.facts = problem.facts ?? {};
  }
}

type Call = {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: QueryValues | undefined;
  readonly body?: unknown;
  readonly bytes?: Blob;
  readonly signal?: AbortSignal | undefined;
};

export const get = <T>(path: string, query?: QueryValues, signal?: AbortSignal): Promise<T> =>
  call<T>({ method: "GET", path, query, signal });
export const post = <T>(path: string, body: unknown = {}): Promise<T> => call<T>({ method: "POST", path, body });
export const put = <T>(path: string, body: unknown): Promise<T> => call<T>({ method: "PUT", path, body });
export const patch = <T>(path: string, body: unknown): Promise<T> => call<T>({ method: "PATCH", path, body });
export const remove = <T>(path: string): Promise<T> => call<T>({ method: "DELETE", path });

/** Sends bytes as they are, such as a file that a person chose. */
export const upload = <T>(path: string, query: QueryValues, bytes: Blob): Promise<T> =>
  call<T>({ method: "POST", path, query, bytes });

/** A path with its query; empty and absent values are left out. */
export function urlOf(path: string, query: QueryValues = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== "") params.set(name, String(value));
  const text = params.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function call<T>({ method, path, query, body, bytes, signal }: Call): Promise<T> {
  const response = await send(urlOf(path, query), {
    method,
    credentials: "same-origin",
    headers: { accept: "application/json", ...typeOf(body, bytes) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(bytes ? { body: bytes } : {}),
    ...(signal ? { signal } : {}),
  });
  return await read<T>(response);
}

function typeOf(body: unknown, bytes: Blob | undefined): Record<string, string> {
  if (bytes) return { "content-type": "application/octet-stream" };
  return body === undefined ? {} : { "content-type": "application/json" };
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiProblem({ status: 0, code: "network" });
  }
}

/** The same for an answer that came by another way than `fetch`. */
export async function read<T>(response: Response): Promise<T> {
  if (!response.ok) throw await problemOf(response);
  return await answerOf<T>(response);
}

/** The answer as `T`. The server writes every answer through the same zod schema that `T` is inferred from. */
async function answerOf<T>(response: Response): Promise<T> {
  const text = await response.text();
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function problemOf(response: Response): Promise<ApiProblem> {
  const status = response.status;
  const fallback = { status, code: CODE_OF_STATUS[status] ?? (status >= 500 ? "bug" : "invalid") };
  const parsed: unknown = await response.json().catch(() => undefined);
  if (typeof parsed !== "object" || parsed === null) return new ApiProblem(fallback);
  const told = parsed as Partial<Problem> & { message?: string };
  return new ApiProblem({ ...fallback, ...(told.message ? { detail: told.message } : {}), ...told, status });
}

const CODE_OF_STATUS: Readonly<Record<number, string>> = {
  401: "unauthenticated",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  413: "too_large",
  429: "over_limit",
  502: "upstream",
  503: "unavailable",
};

export const isProblem = (error: unknown, code?: string): error is ApiProblem =>
  error instanceof ApiProblem && (code === undefined || error.code === code);
