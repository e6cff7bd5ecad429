import type { ControlRequest } from "../control.ts";
import { orderOn } from "./order.ts";

export type TokenOptions = {
  readonly data?: string;
  readonly config?: string;
  readonly kind: "ingest" | "api";
  readonly unit?: string;
  readonly quiet?: boolean;
};

/** Makes a token through the running server, or, when none runs on the data directory, in its state engine directly. */
export async function createTokenCommand(name: string, options: TokenOptions): Promise<void> {
  const unit = options.unit !== undefined && { unitId: options.unit };
  const order: ControlRequest = { verb: "create-token", name, kind: options.kind, ...unit };
  const created = await orderOn(options, order);
  process.stdout.write(options.quiet ? `${created.secret}\n` : message(name, created.secret ?? ""));
}

const message = (name: string, secret: string): string => `
  Token for ${name} (shown only now; Yagura keeps a hash)
  ${secret}

  bin/yagura ingest --token ${secret} FILE…
`;
