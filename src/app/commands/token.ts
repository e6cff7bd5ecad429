import { writeAudit } from "../../evidence/audit/index.ts";
import { createOrganization } from "../../organization/index.ts";
import { readOrCreateKey } from "../../platform/auth/index.ts";
import { controlSocketOf, isAnswered, openDataDirectory } from "../../platform/directory/index.ts";
import { createLogger } from "../../platform/log/index.ts";
import { openState } from "../../platform/state/index.ts";
import { closeEach } from "../closing.ts";
import { type Config, loadConfig } from "../config.ts";
import { askControl, type ControlAnswer, type ControlRequest } from "../control.ts";
import { obeyControl, ROOT_UNIT_NAME } from "../obey-control.ts";

export type TokenOptions = {
  readonly data?: string;
  readonly config?: string;
  readonly kind: "ingest" | "api";
  readonly unit?: string;
  readonly quiet?: boolean;
};

/** Makes a token through the running server, or, when none runs on the data directory, in its state engine directly. */
export async function createTokenCommand(name: string, options: TokenOptions): Promise<void> {
  const config = loadConfig(options.config, options.data === undefined ? {} : { data: options.data });
  const socket = controlSocketOf(config.data);
  const unit = options.unit !== undefined && { unitId: options.unit };
  const order: ControlRequest = { verb: "create-token", name, kind: options.kind, ...unit };
  const created = (await isAnswered(socket)) ? await askControl(socket, order) : await withoutServer(config, order);
  process.stdout.write(options.quiet ? `${created.secret}\n` : message(name, created.secret ?? ""));
}

/** State alone: the events engine and the log are left as they are, so nothing is replayed without the server's rules. */
async function withoutServer(config: Config, order: ControlRequest): Promise<ControlAnswer> {
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
    return await obeyControl(organization, order);
  } finally {
    await closeEach(closing);
  }
}

const message = (name: string, secret: string): string => `
  Token for ${name} (shown only now; Yagura keeps a hash)
  ${secret}

  bin/yagura ingest --token ${secret} FILE…
`;
