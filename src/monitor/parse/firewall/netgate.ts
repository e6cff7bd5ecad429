import { toIp } from "../address.ts";
import { addField, classify, type Reading } from "../reading.ts";
import { accountOf, answer, type Deed, LOGGED_OFF, LOGGED_ON, LOGON_FAILED, setDevice, setMessage } from "./answer.ts";

/**
 * Logins to the web pages of pfSense and OPNsense: `/index.php: webConfigurator authentication error for user 'sato' from: 192.0.2.7`.
 * Who: the account. Where from: the address. With what: the page. What: the message. Did what: by its words.
 * Fields: user, src_ip. Sigma: product `pfsense`, service `gui`. Severity and time: the envelope's.
 * Source: auth.log of pfSense 2.x and OPNsense's audit log.
 */
export function readFirewallLogin(event: Reading, message: string): boolean {
  if (message.charCodeAt(0) !== 47) return false;
  const read = LOGIN.exec(message.slice(0, 512));
  if (read === null) return false;
  const [, page = "", words = "", user = "", ip = ""] = read;
  const { hot } = event;
  classify(hot, "pfsense.gui", { product: "pfsense", category: "", service: "gui" });
  setDevice(hot, { vendor: "Netgate", product: "pfSense", name: "" });
  hot.source_ip = toIp(ip);
  hot.user_name = accountOf(user);
  addField(event, "user", user);
  addField(event, "src_ip", hot.source_ip);
  setMessage(hot, message);
  answer(hot, deedOf(words), { using: page });
  return true;
}

const LOGIN =
  /^(\/[\w./-]{1,64}): ((?:webConfigurator|Web GUI) authentication error|Successful login|User logged out|Session timed out) for (?:user )?'([^']{0,128})' from:? ([\da-fA-F.:]{2,45})/;

const deedOf = (words: string): Deed =>
  words.endsWith("error") ? LOGON_FAILED : words === "Successful login" ? LOGGED_ON : LOGGED_OFF;
