import { sql } from "drizzle-orm";
import { z } from "zod";
import { AppError } from "../../kernel/errors.ts";
import { newId } from "../../kernel/ids.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { checkedUrl } from "../../platform/outbound/index.ts";
import { inScope } from "../incident/index.ts";
import { openSecrets, sealSecrets, withKey } from "./channel/secrets.ts";
import { newSigningKey } from "./channel/sign.ts";
import {
  Channel,
  type ChannelInput,
  type ChannelKind,
  type ChannelList,
  type ChannelMade,
  type ChannelSave,
  MAX_CHANNELS,
} from "./contract.ts";
import type { NotifyDeps } from "./deps.ts";
import { refuseWhileNamed } from "./on-call/uses.ts";
import { instant } from "./rows.ts";

const Row = z.object({ channel: Channel, sealed: z.string() });
type Stored = z.infer<typeof Row>;
const COLUMNS = sql`jsonb_build_object('id', id, 'version', version, 'unitId', unit_id, 'name', name, 'kind', kind, 'locale', locale,
  'shown', shown, 'isEnabled', is_enabled) AS channel, sealed`;

export async function listChannels(ctx: Ctx, { ways }: NotifyDeps): Promise<ChannelList> {
  const { rows } = await ctx.state.execute(sql`
    SELECT ${COLUMNS} FROM notify_channel WHERE retired_at IS NULL AND ${inScope(sql`unit_id`, ctx.units("notify:read"))}
    ORDER BY name, id LIMIT ${MAX_CHANNELS}`);
  return { items: rows.map((row) => Row.parse(row).channel), hasMail: ways.mailer !== undefined };
}

/** Errors: `not_found`, also when it is not the actor's to change. */
export async function writableChannel(ctx: Ctx, id: string): Promise<Stored> {
  const { rows } = await ctx.state.execute(sql`
    SELECT ${COLUMNS} FROM notify_channel WHERE id = ${id} AND retired_at IS NULL
      AND ${inScope(sql`unit_id`, ctx.units("notify:write"))}`);
  if (rows[0] === undefined) throw new AppError("not_found", "There is no such channel, or it is not yours to change.");
  return Row.parse(rows[0]);
}

/** Errors: `forbidden` in a foreign unit; `invalid` for an address that may not be reached; `over_limit`. */
export async function addChannel(ctx: Ctx, input: ChannelInput, deps: NotifyDeps): Promise<ChannelMade> {
  const { unitId, name, kind, locale, address } = input;
  ctx.require("notify:write", unitId);
  const shown = shownOf(kind, address, deps);
  const at = ctx.now();
  const id = newId("channel", at.getTime());
  const key = kind === "webhook" ? newSigningKey() : null;
  const entry = { action: "channel.add", target: { kind: "channel", id }, unitId, detail: { name, kind, shown } };
  await ctx.change(entry, async (tx) => {
    const { rows } = await tx.execute<{ n: string }>(sql`
      SELECT count(*) AS n FROM notify_channel WHERE retired_at IS NULL`);
    if (Number(rows[0]?.n) >= MAX_CHANNELS) throw new AppError("over_limit", `There may be ${MAX_CHANNELS} channels.`);
    await tx.execute(sql`
      INSERT INTO notify_channel (id, unit_id, name, kind, locale, shown, sealed, created_at)
      VALUES (${id}, ${unitId}, ${name}, ${kind}, ${locale}, ${shown}, ${sealSecrets(deps.sealer, id, { address, key })},
        ${instant(at)})`);
  });
  return { channel: (await writableChannel(ctx, id)).channel, secret: key };
}

/** Errors: `not_found`; `conflict` when somebody changed it meanwhile; `invalid` for an address that may not be reached. */
export async function saveChannel(
  ctx: Ctx,
  input: ChannelSave & { readonly id: string },
  deps: NotifyDeps,
): Promise<ChannelMade> {
  const { channel, sealed } = await writableChannel(ctx, input.id);
  const { id, kind } = channel;
  const shown = input.address === undefined ? channel.shown : shownOf(kind, input.address, deps);
  const secret = kind === "webhook" && input.isNewSecret ? newSigningKey() : null;
  const { name, locale, isEnabled, isNewSecret } = input;
  const detail = { name, locale, isEnabled, isNewSecret, shown };
  const entry = { action: "channel.edit", target: { kind: "channel", id }, unitId: channel.unitId, detail };
  await ctx.change(entry, async (tx) => {
    const isKept = input.address === undefined && secret === null;
    const given = { address: input.address, key: secret, atMs: ctx.now().getTime() };
    const secrets = isKept ? undefined : renewed(deps, { id, sealed, kind }, given);
    const { rows } = await tx.execute(sql`
      UPDATE notify_channel SET version = version + 1, name = ${name}, locale = ${locale}, is_enabled = ${isEnabled},
        shown = ${shown}, sealed = ${secrets ?? sealed}
      WHERE id = ${id} AND version = ${input.version} AND retired_at IS NULL RETURNING id`);
    if (rows.length === 0) throw new AppError("conflict", "Somebody changed this channel meanwhile.");
  });
  return { channel: (await writableChannel(ctx, id)).channel, secret };
}

/** What was not given anew is kept. With both given, nothing of the old needs to be read: the way out when the key of this installation changed. */
function renewed(
  { sealer }: NotifyDeps,
  { id, sealed, kind }: { readonly id: string; readonly sealed: string; readonly kind: ChannelKind },
  given: { readonly address: string | undefined; readonly key: string | null; readonly atMs: number },
): string {
  const isWhole = given.address !== undefined && (given.key !== null || kind !== "webhook");
  const before = isWhole ? { address: "", key: null } : openSecrets(sealer, id, sealed);
  const moved = { ...before, address: given.address ?? before.address };
  return sealSecrets(sealer, id, given.key === null ? moved : withKey(moved, given.key, given.atMs));
}

/** Retired, not deleted: the delivery log names it. Rules that name it reach nobody by it. Errors: `conflict` while a policy names it. */
export async function removeChannel(ctx: Ctx, id: string, deps: NotifyDeps): Promise<ChannelList> {
  const { channel } = await writableChannel(ctx, id);
  const { unitId, name } = channel;
  await ctx.change(
    { action: "channel.remove", target: { kind: "channel", id }, unitId, detail: { name } },
    async (tx) => {
      await refuseWhileNamed(tx, { kind: "channel", channelId: id });
      await tx.execute(sql`
      UPDATE notify_channel SET retired_at = ${instant(ctx.now())}, sealed = '' WHERE id = ${id} AND retired_at IS NULL`);
    },
  );
  return await listChannels(ctx, deps);
}

/** What people recognise a channel by. The path of a chat room's address is its secret and is not shown. */
function shownOf(kind: ChannelKind, address: string, { internalHosts }: NotifyDeps): string {
  if (kind !== "email") return checkedUrl(address, internalHosts).host;
  const mail = z.email().max(254).safeParse(address);
  if (!mail.success) throw new AppError("invalid", "This is no mail address.");
  return mail.data;
}
