export { tokenRoutes } from "./routes.ts";
export {
  createSourceToken,
  createToken,
  listTokens,
  revokeSourceToken,
  revokeToken,
  type TokenDeps,
} from "./service.ts";
export { countLiveIn } from "./store.ts";
export { createTokenVerifier, type TokenVerifier, type VerifiedToken } from "./verifier.ts";
