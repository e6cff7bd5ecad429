import { lookup } from "node:dns/promises";
import ipaddr from "ipaddr.js";
import { AppError } from "../../../../kernel/errors.ts";
import { isClose } from "../../../../platform/outbound/index.ts";
import type { GitSettings, Pin } from "./git-run.ts";
import type { GitUrl } from "./git-url.ts";
import { gitVersion } from "./git-version.ts";

export const NO_PIN: Pin = { config: [], ssh: [] };

/** Nobody's address (RFC 5737): for a name that only a proxy can look up, so that git reaches it by the proxy or not at all. */
const NOWHERE = "192.0.2.1";

/**
 * Looks at every address of a host, so that a name cannot mean another machine a moment later.
 * Errors: `invalid` when the host is this machine or its link; `upstream` when nobody knows the name; `unavailable` for an old git.
 */
export async function checkedHost(url: GitUrl, settings: GitSettings): Promise<Pin> {
  const { trustedHosts = [], environment } = settings;
  if (url.transport === "file" || trustedHosts.includes(url.host)) return NO_PIN;
  const host = url.host.replace(/^\[|\]$/g, "");
  const isProxied =
    url.transport === "https" && Object.keys(environment).some((name) => /^(https|all)_proxy$/i.test(name));
  const addresses = await addressesOf(host, isProxied);
  const close = addresses.find((address) => address !== NOWHERE && isClose(address));
  if (close !== undefined) {
    throw new AppError(
      "invalid",
      `${host} is ${close}, an address of the server itself: list the host under rules.gitHosts to allow it.`,
    );
  }
  if (ipaddr.isValid(host)) return NO_PIN;
  if (url.transport === "ssh") return { config: [], ssh: sshPin(url, addresses[0] ?? NOWHERE) };
  await requirePinning(settings);
  const all = addresses.map((address) => (address.includes(":") ? `[${address}]` : address)).join(",");
  return { config: [`http.curloptResolve=${host}:${url.port || "443"}:${all}`], ssh: [] };
}

async function addressesOf(host: string, isProxied: boolean): Promise<readonly string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (cause) {
    if (isProxied) return [NOWHERE];
    throw new AppError("upstream", `git could not fetch the rules: nobody knows the host ${host}.`, {}, cause);
  }
}

/** ssh's options for one address. The key is looked up under the name, as without this. ssh writes a port into the name unless it is 22. */
export function sshPin({ host, port }: GitUrl, address: string): readonly string[] {
  const alias = port === "" || port === "22" ? host : `[${host}]:${port}`;
  return [`-oHostName=${address}`, `-oHostKeyAlias=${alias}`];
}

/** http.curloptResolve came with git 2.37; an older one would not know it and look the name up again. */
async function requirePinning({ environment }: GitSettings): Promise<void> {
  const version = await gitVersion(environment);
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  if (version === undefined || major > 2 || (major === 2 && minor >= 37)) return;
  throw new AppError(
    "unavailable",
    `git ${version} is too old to be kept to an address: 2.37 or newer is needed, or the host under rules.gitHosts.`,
  );
}
