import { rm } from "node:fs/promises";
import { createServer, request } from "node:http";
import { z } from "zod";
import { AppError } from "../kernel/errors.ts";
import { PackRequest } from "./obey-packs.ts";

/** What a command on this machine may ask of the running server. The socket's file mode is the access control. */
export const ControlRequest = z.discriminatedUnion("verb", [
  z.object({
    verb: z.literal("create-token"),
    name: z.string().min(1).max(120),
    kind: z.enum(["ingest", "api"]),
    unitId: z.string().optional(),
  }),
  z.object({ verb: z.literal("setup-link") }),
  PackRequest,
]);
export type ControlRequest = z.infer<typeof ControlRequest>;
export type ControlAnswer = Readonly<Record<string, string>>;

const MAX_REQUEST_BYTES = 64 * 1024;

export type ControlServer = { close(): Promise<void> };

/** Serves control requests on a Unix socket that only the directory's owner can reach. */
export async function serveControl(
  socketPath: string,
  obey: (request: ControlRequest) => Promise<ControlAnswer>,
): Promise<ControlServer> {
  await rm(socketPath, { force: true });
  const server = createServer((message, response) => {
    const answer = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    readBody(message)
      .then((text) => obey(ControlRequest.parse(JSON.parse(text))))
      .then((done) => answer(200, done))
      .catch((error: unknown) => answer(400, { error: error instanceof Error ? error.message : String(error) }));
  });
  // The data directory is 0700, so nobody else reaches the socket even before its own mode is set.
  await new Promise<void>((listening, failed) =>
    server.once("error", failed).listen({ path: socketPath, readableAll: false, writableAll: false }, listening),
  );
  return {
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((closed) => server.close(() => closed()));
      await rm(socketPath, { force: true });
    },
  };
}

/** Asks the server that owns the socket. Errors: AppError `unavailable` when none listens, `invalid` with its own words when it refuses. */
export function askControl(socketPath: string, order: ControlRequest): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method: "POST", path: "/" }, (response) => {
      readBody(response)
        .then((text) => {
          const body = z.record(z.string(), z.string()).parse(JSON.parse(text));
          if (response.statusCode === 200) resolve(body);
          else reject(new AppError("invalid", body.error ?? "the server refused"));
        })
        .catch(reject);
    });
    call.once("error", (cause) =>
      reject(new AppError("unavailable", "No Yagura runs on this data directory.", {}, cause)),
    );
    call.end(JSON.stringify(order));
  });
}

async function readBody(message: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) throw new AppError("too_large", "the request is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
