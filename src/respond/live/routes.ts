import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type { Ctx } from "../../organization/access/index.ts";
import { createStreamGate, openEventStream } from "../../platform/http/index.ts";
import type { Hearer } from "../../platform/state/index.ts";
import { LiveQuery } from "./contract.ts";
import { createHub, type HubOptions } from "./hub.ts";
import { createPlaces } from "./place.ts";
import { type LiveTimes, type StreamEnd, streamLive } from "./stream.ts";

export type LiveDeps = {
  /** Who sent the request, asked again while the stream is open, without prolonging a session. Errors: `unauthenticated`. */
  readonly contextAgain: (request: FastifyRequest, reply: FastifyReply) => Promise<Ctx>;
  readonly limits?: { readonly total: number; readonly perActor: number };
  readonly times?: LiveTimes;
  readonly hub?: HubOptions;
};

export type Live = {
  /** To be given what the database tells on `LIVE_CHANNEL`. */
  readonly hearer: Hearer;
  readonly routes: FastifyPluginAsyncZod;
  stats(): { readonly open: number; readonly refused: number; readonly slow: number; readonly messages: number };
  close(): void;
};

export const LIVE_CHANNEL = "yagura_live";
/** A browser has one for all its tabs; a person may have several browsers, and a display on the wall. */
const LIMITS = { total: 500, perActor: 12 };

/** `/api/v1/live` */
export function createLive(deps: LiveDeps): Live {
  const hub = createHub(deps.hub);
  const places = createPlaces();
  const gate = createStreamGate(deps.limits ?? LIMITS);
  const counts = { refused: 0, slow: 0, messages: 0 };
  const enter = (actorId: string): (() => void) => {
    try {
      return gate.enter(actorId);
    } catch (error) {
      counts.refused += 1;
      throw error;
    }
  };

  async function run(
    req: FastifyRequest,
    reply: FastifyReply,
    asked: { last: string | undefined; closing: AbortSignal },
  ) {
    const { ctx } = req;
    const stream = openEventStream(reply);
    let end: StreamEnd | undefined;
    try {
      const write = (text: string): void => {
        counts.messages += 1;
        stream.write(text);
      };
      const again = (): Promise<Ctx> => deps.contextAgain(req, reply);
      const times = deps.times && { times: deps.times };
      end = await streamLive({ hub, places }, { ...stream, write }, { ctx, again, ...asked, ...times });
    } catch (error) {
      req.log.error(error, "a live stream broke");
    } finally {
      if (end === "slow") {
        counts.slow += 1;
        stream.drop();
      } else stream.end();
    }
  }

  const routes: FastifyPluginAsyncZod = async (app) => {
    const closing = new AbortController();
    // Before the server waits for its connections, or it would wait for these for ever.
    app.addHook("preClose", async () => closing.abort("shutdown"));
    app.get(
      "/api/v1/live",
      {
        config: { access: "signed-in" },
        exposeHeadRoute: false,
        schema: { tags: ["live"], summary: "What changes (text/event-stream)", querystring: LiveQuery },
      },
      async (req, reply) => {
        const header = req.headers["last-event-id"];
        const last = typeof header === "string" ? header : req.query.last;
        const leave = enter(req.ctx.actor.id);
        try {
          await run(req, reply, { last, closing: closing.signal });
        } finally {
          leave();
        }
      },
    );
  };
  return { hearer: hub, routes, stats: () => ({ open: gate.open(), ...counts }), close: () => hub.close() };
}
