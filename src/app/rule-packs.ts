import { hasGit, type PackDeps, Staging } from "../monitor/rule/pack/index.ts";
import { type Config, environmentForGit } from "./config.ts";

/** Rule packs with the git of this machine. */
export function packDeps(config: Config, parts: Pick<PackDeps, "catalog" | "compile" | "onRulesChanged">): PackDeps {
  const git = { environment: environmentForGit(), trustedHosts: config.rules.gitHosts };
  return { ...parts, git, staging: new Staging(), hasGit: () => hasGit(git) };
}
