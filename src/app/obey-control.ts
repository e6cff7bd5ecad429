import type { Organization } from "../organization/index.ts";
import { createToken } from "../organization/token/index.ts";
import type { ControlAnswer, ControlRequest } from "./control.ts";

/** The root of the group until the first administrator gives it its name. */
export const ROOT_UNIT_NAME = "本社";

/** Commands of this machine's owner, who could read the data directory anyway. */
export async function obeyControl(organization: Organization, request: ControlRequest): Promise<ControlAnswer> {
  const ctx = await organization.contexts.system("command line");
  if (request.verb === "setup-link") {
    const setup = await organization.issueSetupToken();
    return setup ? { link: setup.link } : {};
  }
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
