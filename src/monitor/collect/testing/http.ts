import Fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { onTestFinished } from "vitest";
import { AppError } from "../../../kernel/errors.ts";
import { type Actor, buildUnitTree, createContextFactory, createGuard } from "../../../organization/access/index.ts";
import { createLogger } from "../../../platform/log/index.ts";
import type { State } from "../../../platform/state/index.ts";
import type { ReceiverDeps } from "../http/receiver.ts";
import type { Intake } from "../intake.ts";
import { authenticateTestToken, TEST_TOKEN } from "./fixtures.ts";

/** A server on a real socket with the app's conventions for errors. Returns its address, such as `http://127.0.0.1:40123`. */
export async function listen(register: (app: FastifyInstance) => void): Promise<string> {
  const app = Fastify({ forceCloseConnections: true });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, _request, reply) => {
    if (!(error instanceof AppError)) return reply.code(500).send({ detail: String(error) });
    return reply.code(error.status).send({ code: error.code, detail: error.message, facts: error.detail });
  });
  register(app);
  onTestFinished(async () => app.close());
  return app.listen({ host: "127.0.0.1", port: 0 });
}

const TREE = buildUnitTree([
  { id: "unit_root", parentId: null },
  { id: "unit_1", parentId: "unit_root" },
  { id: "unit_2", parentId: "unit_root" },
]);

/** The real guard, for a group of three units and one token: that of a log source in unit_1, unless `actor` says other. */
export function installTestGuard(
  app: FastifyInstance,
  { state, actor }: { state: State; actor?: Partial<Actor> },
): void {
  const log = createLogger("silent");
  const tree = { current: async () => TREE, invalidate: () => undefined };
  const token: Actor = {
    kind: "token",
    id: "token_1",
    name: "web servers",
    grants: [{ role: "integration", unitId: "unit_1" }],
    limit: ["event:ingest"],
    ...actor,
  };
  createGuard({
    contexts: createContextFactory({ state, tree, log, writeAudit: async () => undefined }),
    tree,
    verifyToken: async (secret) => (secret === TEST_TOKEN ? token : undefined),
    readSession: async () => undefined,
    log,
  }).install(app);
}

/** What a receiver needs, with the fixed test token; `bugs` gathers failures that are ours. */
export function receiverDeps(intake: Intake): ReceiverDeps & { readonly bugs: unknown[] } {
  const bugs: unknown[] = [];
  return {
    intake,
    authenticateToken: authenticateTestToken,
    countWrongToken: () => undefined,
    onBug: (error) => void bugs.push(error),
    bugs,
  };
}
