import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { deliver, NO_MAIL } from "./channel/deliver.ts";
import { openSecrets } from "./channel/secrets.ts";
import type { Told } from "./channel/told.ts";
import { writableChannel } from "./channels.ts";
import type { TestAnswer } from "./contract.ts";
import type { NotifyDeps } from "./deps.ts";
import { ownAddress } from "./inbox.ts";
import type { Matter } from "./matter.ts";

/** Sends one message now and gives back what the receiver answered. Errors: `not_found`, `over_limit`. */
export async function testChannel(ctx: Ctx, id: string, deps: NotifyDeps): Promise<TestAnswer> {
  const { channel, sealed } = await writableChannel(ctx, id);
  const { unitId, name, kind, locale } = channel;
  await admit(ctx, deps, { target: { kind: "channel", id }, unitId, detail: { name } });
  const at = ctx.now();
  const told: Told = {
    id: newId("test", at.getTime()),
    locale,
    matters: [sample(unitId, at)],
    total: 1,
    link: deps.link,
  };
  return await timed(() => deliver(deps.ways, kind, openSecrets(deps.sealer, id, sealed), told));
}

/** A mail to oneself. Errors: `unavailable` without a mail server; `invalid` for a token; `over_limit`. */
export async function testMail(ctx: Ctx, deps: NotifyDeps): Promise<TestAnswer> {
  const { mailer } = deps.ways;
  const { email, locale, unitId } = await ownAddress(ctx);
  if (mailer === undefined) throw new AppError("unavailable", NO_MAIL);
  await admit(ctx, deps, { target: { kind: "person", id: ctx.actor.id }, unitId, detail: {} });
  return await timed(() => mailer.send(email, "test", locale));
}

type About = {
  readonly target: { kind: string; id: string };
  readonly unitId: string;
  readonly detail: Record<string, unknown>;
};

async function admit(ctx: Ctx, { tests }: NotifyDeps, { target, unitId, detail }: About): Promise<void> {
  tests.check(ctx.actor.id);
  tests.count(ctx.actor.id);
  await ctx.change({ action: "notification.test", target, unitId, detail }, async () => undefined);
}

async function timed(send: () => Promise<{ isOk: boolean; answer: string }>): Promise<TestAnswer> {
  const started = performance.now();
  const { isOk, answer } = await send();
  return { isOk, answer, latencyMs: Math.round(performance.now() - started) };
}

/** Looks like what will come, and says what it is. */
function sample(unitId: string, at: Date): Matter {
  const words = { ja: "Yagura からのテスト通知です", en: "a test message from Yagura" };
  return {
    position: 0,
    at,
    kind: "on-call",
    subject: "test",
    step: "test",
    unitId,
    severity: 1,
    people: [],
    actorId: null,
    facts: { about: words, step: 0 },
  };
}
