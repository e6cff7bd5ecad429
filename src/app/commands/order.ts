import { writeAudit } from "../../evidence/audit/index.ts";
import type { PackDeps } from "../../monitor/rule/pack/index.ts";
import { createOrganization } from "../../organization/index.ts";
import { readOrCreateKey } from "../../platform/auth/index.ts";
import { controlSocketOf, isAnswered, openDataDirectory } from "../../platform/directory/index.ts";
import { createLogger } from "../../platform/log/index.ts";
import { openState, type State } from "../../platform/state/index.ts";
import { closeEach } from "../closing.ts";
import { type Config, loadConfig } from "../config.ts";
import { askControl, type ControlAnswer, type ControlRequest } from "../control.ts";
import { obeyControl, ROOT_UNIT_NAME } from "../obey-control.ts";

export type OnData = { readonly data?: string; readonly config?: string };
type OpenPacks = (config: Config, state: State) => Promise<PackDeps>;

/** Gives an order to the running server, or, when none runs on the data directory, does it in its state engine directly. */
export async function orderOn(
  options: OnData,
  order: ControlRequest,
  openPacks: OpenPacks = noPacks,
): Promise<ControlAnswer> {
  const config = loadConfig(options.config, options.data === undefined ? {} : { data: options.data });
  const socket = controlSocketOf(config.data);
  return (await isAnswered(socket)) ? await askControl(socket, order) : await withoutServer(config, order, openPacks);
}

/** State alone: the events engine and the log are left as they are, so nothing is replayed without the server's rules. */
async function withoutServer(config: Config, order: ControlRequest, openPacks: OpenPacks): Promise<ControlAnswer> {
  const directory = await openDataDirectory(config.data);
  const closing: (() => Promise<unknown>)[] = [() => directory.release()];
  try {
    const log = createLogger("error");
    const state = await openState({ url: config.engines.state, directory: directory.at("state"), log });
    closing.unshift(() => state.close());
    await state.migrate();
    const key = await readOrCreateKey(directory.at("secret"));
    const organization = createOrganization({ state, writeAudit, log, key, isHttps: false });
    closing.unshift(() => organization.close());
    await organization.ensureRootUnit(await organization.contexts.system("command line"), ROOT_UNIT_NAME);
    return await obeyControl({ organization, packs: () => openPacks(config, state) }, order);
  } finally {
    await closeEach(closing);
  }
}

const noPacks: OpenPacks = () => Promise.reject(new Error("this command has nothing to do with rule packs"));
