import { domainToASCII } from "node:url";
import { getDomain } from "tldts";

const MAX_NAME_CHARS = 253 + 1;

/**
 * The part of a host name that somebody has registered: the public suffix and one label more. Lower case, IDN as its A-labels, so that
 * both spellings of a name are one value. "" for addresses, single labels and what is no name. Suffixes of companies (github.io) count
 * as suffixes: what stands in front of them belongs to somebody else. Source: publicsuffix.org, RFC 5890.
 */
export function registeredDomain(name: string): string {
  if (name.length > MAX_NAME_CHARS || !name.includes(".") || name.includes(":")) return "";
  const ascii = isAscii(name) ? name.toLowerCase() : domainToASCII(name);
  if (ascii === "" || !/^[a-z0-9_.*-]+$/.test(ascii)) return "";
  return getDomain(ascii, { allowPrivateDomains: true, validateHostname: false }) ?? "";
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with them.
const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);
