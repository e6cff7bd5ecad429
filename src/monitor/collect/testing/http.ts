import Fastify, { type FastifyInstance } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import { onTestFinished } from "vitest";
import { AppError } from "../../../kernel/errors.ts";

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
