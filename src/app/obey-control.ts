import type { PackDeps } from "../monitor/rule/pack/index.ts";
import type { Organization } from "../organization/index.ts";
import { createToken } from "../organization/token/index.ts";
import type { ControlAnswer, ControlRequest } from "./control.ts";
import { obeyPacks } from "./obey-packs.ts";

/** The root of the group until the first administrator gives it its name. */
export const ROOT_UNIT_NAME = "本社";

export type Obeying = { readonly organization: Organization; readonly packs: () => Promise<PackDeps> };

/** Commands of this machine's owner, who could read the data directory anyway. */
export async function obeyControl({ organization, packs }: Obeying, request: ControlRequest): Promise<ControlAnswer> {
  const ctx = await organization.contexts.system("command line");
  if (request.verb === "setup-link") {
    const setup = await organization.issueSetupToken();
    return setup ? { link: setup.link } : {};
  }
  if (request.verb !== "create-token") return { text: await obeyPacks(ctx, await packs(), request) };
  const unitId = request.unitId ?? (await organization.tree.current()).rootId ?? "";
  const { token, secret } = await createToken(ctx, organization.deps, {
    name: request.name,
    kind: request.kind,
    unitId,
    grants: request.kind === "api" ? [{ role: "integration", unitId }] : [],
    sourceId: null,
    expiresAt: null,
  });
  return { id: token.id, secret };
}
