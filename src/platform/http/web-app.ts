import { existsSync } from "node:fs";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { AppError } from "../../kernel/errors.ts";
import { nothingHere } from "./problem.ts";

const YEAR_MS = 365 * 24 * 3_600_000;

/**
 * Serves the built web app: `/assets/*` for a year (their names carry a hash), everything else by the single page.
 * `.br` and `.gz` files beside the originals are sent when the browser takes them.
 */
export async function serveWebApp(app: FastifyInstance, directory: string): Promise<void> {
  if (!existsSync(join(directory, "index.html"))) {
    throw new AppError("unavailable", `There is no web app in ${directory}: build it first.`);
  }
  await app.register(fastifyStatic, { root: directory, serve: false, preCompressed: true, dotfiles: "deny" });
  app.get("/assets/*", { schema: { hide: true }, config: { access: "public" } }, (request, reply) =>
    reply.sendFile(pathOf(request.url), { maxAge: YEAR_MS, immutable: true }),
  );
  app.get("/*", { schema: { hide: true }, config: { access: "public" } }, (request, reply) => {
    const path = pathOf(request.url);
    if (path === "api" || path.startsWith("api/")) throw nothingHere();
    const file = isRootFile(path) && existsSync(join(directory, path)) ? path : "index.html";
    return reply.header("cache-control", "no-cache").sendFile(file, { cacheControl: false });
  });
}

/** A file such as favicon.svg beside index.html: one plain name with an ending. */
function isRootFile(path: string): boolean {
  return /^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/.test(path);
}

function pathOf(url: string): string {
  return (url.split("?", 1)[0] ?? "").slice(1);
}
