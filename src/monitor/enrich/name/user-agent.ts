import { UAParser } from "ua-parser-js";

/** ECS user_agent.*; "" = not known. device: robot, program, mobile, tablet, tv …, or desktop. */
export type UserAgent = {
  readonly name: string;
  readonly version: string;
  readonly os: string;
  readonly device: string;
};

const MAX_CHARS = 1_000;
const ROBOT = /bot\b|bot[/;)]|crawl|spider|slurp|scanner|\bscan\b|nuclei|masscan|zgrab|nmap|nikto|sqlmap/i;
/** `curl/8.5.0`, `python-requests/2.31.0`, `Go-http-client/1.1`: a program says its name first. */
const PRODUCT = /^([A-Za-z][\w.+-]{0,63})(?:\/([\w.-]{1,32}))?/;
/** Inside `(compatible; bingbot/2.0; …)`. */
const NAMED_ROBOT = /([A-Za-z][\w-]{0,63}(?:bot|crawler|spider)[\w-]{0,16})(?:\/([\w.-]{1,32}))?/i;

export function readUserAgent(text: string): UserAgent | undefined {
  const head = text.slice(0, MAX_CHARS);
  if (head === "" || head === "-") return undefined;
  const { browser, os, device } = new UAParser(head).getResult();
  const isRobot = ROBOT.test(head);
  const own = isRobot ? (NAMED_ROBOT.exec(head) ?? PRODUCT.exec(head)) : PRODUCT.exec(head);
  const isBrowser = !isRobot && browser.name !== undefined;
  return {
    name: (isBrowser ? browser.name : own?.[1]) ?? "",
    version: (isBrowser ? browser.version : own?.[2]) ?? "",
    os: [os.name, os.version].filter((part) => part !== undefined).join(" "),
    device: isRobot ? "robot" : (device.type ?? (isBrowser ? "desktop" : own === null ? "" : "program")),
  };
}
