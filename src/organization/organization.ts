import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { authRoutes, createIdentity, type HashCost, type Identity, type OidcProvider } from "../platform/auth/index.ts";
import type { Logger } from "../platform/log/index.ts";
import type { State } from "../platform/state/index.ts";
import {
  type ContextFactory,
  type Ctx,
  createContextFactory,
  createGuard,
  type Guard,
  type UnitTreeSource,
  type WriteAudit,
} from "./access/index.ts";
import {
  countActiveIn,
  createSessionReader,
  createSignInGate,
  createSignInRecorder,
  type PersonDeps,
  personRoutes,
} from "./person/index.ts";
import { ensureRootUnit, isSetupNeeded, issueSetupToken, setupRoutes } from "./setup/index.ts";
import { countLiveIn, createTokenVerifier, type TokenDeps, type TokenVerifier, tokenRoutes } from "./token/index.ts";
import { createUnitTreeSource, type UnitDeps, unitRoutes } from "./unit/index.ts";

export type OrganizationOptions = {
  readonly state: State;
  /** The evidence room's writer: the row goes into the transaction of the change. */
  readonly writeAudit: WriteAudit;
  readonly log: Logger;
  /** See `readOrCreateKey`. */
  readonly key: string;
  readonly publicUrl?: string | undefined;
  /** Cookies are `secure`; by default when `publicUrl` is https. */
  readonly isHttps?: boolean | undefined;
  readonly oidc?: readonly OidcProvider[];
  readonly now?: () => Date;
  /** Only tests lower it. */
  readonly hashCost?: HashCost;
};

export type Organization = {
  readonly contexts: ContextFactory;
  readonly tree: UnitTreeSource;
  readonly identity: Identity;
  /** Give its `install` to the HTTP server as `prepare`, before any route. */
  readonly guard: Guard;
  /** For listeners that check tokens outside HTTP routes. */
  readonly tokens: TokenVerifier;
  readonly routes: FastifyPluginAsyncZod;
  /** What the verbs of the slices take as `deps`. */
  readonly deps: UnitDeps & PersonDeps & TokenDeps;
  isSetupNeeded(): Promise<boolean>;
  issueSetupToken(): Promise<{ readonly token: string; readonly link: string } | undefined>;
  ensureRootUnit(ctx: Ctx, name: string): Promise<string>;
  close(): Promise<void>;
};

/** Wires the room: who exists, what they may do where, and how they prove who they are. */
export function createOrganization(options: OrganizationOptions): Organization {
  const { state, log } = options;
  const tree = createUnitTreeSource(state);
  const contexts = createContextFactory({ ...options, tree });
  const verifier = createTokenVerifier({ state, log });
  const identity = createIdentity({
    ...options,
    maySignIn: createSignInGate(state),
    onEvent: createSignInRecorder({ state, contexts, log }),
  });
  const guard = createGuard({
    contexts,
    tree,
    log,
    verifyToken: async (secret) => (await verifier.verify(secret))?.actor,
    readSession: createSessionReader({ state, identity }),
  });
  const occupants: UnitDeps["occupants"] = async (tx, unitIds) => ({
    people: await countActiveIn(tx, unitIds),
    tokens: await countLiveIn(tx, unitIds, new Date()),
  });
  const deps = { state, tree, identity, contexts, verifier, occupants };
  return {
    contexts,
    tree,
    identity,
    guard,
    tokens: verifier,
    deps,
    routes: async (app) => {
      await app.register(authRoutes({ identity, isSetupNeeded: () => isSetupNeeded(state.db) }));
      await app.register(setupRoutes(deps));
      await app.register(unitRoutes(deps));
      await app.register(personRoutes(deps));
      await app.register(tokenRoutes(deps));
    },
    isSetupNeeded: () => isSetupNeeded(state.db),
    issueSetupToken: () => issueSetupToken(deps),
    ensureRootUnit: (ctx, name) => ensureRootUnit(ctx, deps, name),
    close: () => verifier.close(),
  };
}
