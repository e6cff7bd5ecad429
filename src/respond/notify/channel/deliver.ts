import { AppError } from "../../../kernel/errors.ts";
import { visible } from "../../../kernel/visible.ts";
import type { PostJson } from "../../../platform/outbound/index.ts";
import type { ChannelKind } from "../contract.ts";
import { mattermostBody, slackBody, teamsBody } from "./chat.ts";
import type { Mailer } from "./mail.ts";
import { keysAt, type Secrets } from "./secrets.ts";
import { signed } from "./sign.ts";
import { type Told, webhookBody } from "./told.ts";

const ANSWER_CHARS = 300;
/** Refusals that may pass: too early, too many, took too long. */
const PASSING = new Set([408, 425, 429]);

export type Delivered = {
  readonly isOk: boolean;
  readonly answer: string;
  /** Trying again would be refused again. */
  readonly isFinal: boolean;
  /** There is nothing or nobody left to tell: no failure. */
  readonly isMoot?: boolean;
  readonly retryAfterMs?: number | undefined;
};
export type Ways = { readonly post: PostJson; readonly mailer: Mailer | undefined; readonly now: () => Date };

/** One attempt by the way of a channel. Never throws: what went wrong is the answer. */
export async function deliver(ways: Ways, via: ChannelKind, secrets: Secrets, told: Told): Promise<Delivered> {
  const { address } = secrets;
  try {
    if (via === "email") return await byMail(ways, address, told);
    const body = BODIES[via](told);
    const atMs = ways.now().getTime();
    const keys = via === "webhook" ? keysAt(secrets, atMs) : [];
    const headers = keys.length > 0 ? signed(keys, { id: told.id, body, atMs }) : {};
    const { status, text, retryAfterMs } = await ways.post(address, body, headers);
    const isOk = status >= 200 && status < 300;
    const answer = visible(`HTTP ${status} ${text}`.trim(), ANSWER_CHARS);
    return { isOk, answer, isFinal: !isOk && status < 500 && !PASSING.has(status), retryAfterMs };
  } catch (error) {
    const answer = visible(error instanceof Error ? error.message : String(error), ANSWER_CHARS);
    return { isOk: false, answer, isFinal: error instanceof AppError && error.code === "invalid" };
  }
}

const BODIES: Readonly<Record<Exclude<ChannelKind, "email">, (told: Told) => string>> = {
  webhook: webhookBody,
  slack: slackBody,
  teams: teamsBody,
  mattermost: mattermostBody,
};

async function byMail({ mailer }: Ways, address: string, told: Told): Promise<Delivered> {
  if (mailer === undefined) return { isOk: false, answer: NO_MAIL, isFinal: true };
  const mailed = await mailer.send(address, told, told.locale);
  return { isOk: mailed.isOk, answer: visible(mailed.answer, ANSWER_CHARS), isFinal: !mailed.isOk && mailed.isFinal };
}

export const NO_MAIL = "No mail server is set: see mail in yagura.yaml.";
