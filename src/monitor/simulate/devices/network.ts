import { hostFor, unitOf } from "../company.ts";
import { bindQuery, combinedAccess, squidNative } from "../formats/network.ts";
import { rfc3164 } from "../formats/syslog.ts";
import { BROWSERS, PAGES } from "../vocabulary.ts";
import {
  type Device,
  highPort,
  isUsual,
  type Scene,
  serverOutside,
  somebody,
  somebodyOutside,
  somePid,
  someSite,
} from "./made.ts";

export const squid: Device = (scene) => {
  const { random, atMs } = scene;
  const person = somebody(scene);
  const host = hostFor(person.unit, "proxy");
  const [site, path] = someSite(scene);
  const isTunnel = random.chance(0.6);
  const isFine = isUsual(scene);
  const url = isTunnel ? `${site}:443` : `http://${site}${path}`;
  const bytes = squidNative({
    atMs,
    host: host.name,
    clientIp: person.ip,
    user: person.account,
    method: isTunnel ? "CONNECT" : "GET",
    url,
    status: isFine ? 200 : 502,
    bytes: Math.round(random.exponential(40_000)) + 300,
    elapsedMs: Math.round(random.exponential(300)) + 4,
    serverIp: serverOutside(scene),
    contentType: isTunnel ? "-" : "text/html",
    userAgent: "-",
    referrer: "-",
  });
  const told = { who: person.account, whereFrom: person.ip, what: url, didWhat: "http-request" };
  return { host, carry: "syslog", bytes, told: { ...told, outcome: isFine ? "success" : "failure" } };
};

const toldOfQuery = (ip: string, name: string) =>
  ({ who: "", whereFrom: ip, what: name, didWhat: "dns-query", outcome: "success" }) as const;

export const bind: Device = (scene) => {
  const person = somebody(scene);
  const host = hostFor(person.unit, "dns");
  const [name] = someSite(scene);
  const bytes = bindQuery({
    atMs: scene.atMs,
    host: host.name,
    serverIp: host.ip,
    clientIp: person.ip,
    clientPort: highPort(scene),
    name,
    type: scene.random.pick(["A", "A", "AAAA", "TXT", "MX"]),
    handle: scene.random.hex(8),
  });
  return { host, carry: "syslog", bytes, told: toldOfQuery(person.ip, name) };
};

/** Unbound with `log-queries: yes`. */
export const unbound: Device = (scene) => {
  const person = somebody(scene);
  const host = hostFor(person.unit, "dns");
  const [name] = someSite(scene);
  const header = { atMs: scene.atMs, host: host.name, facility: "daemon", severity: "info" } as const;
  const type = scene.random.pick(["A", "A", "AAAA", "HTTPS"]);
  const bytes = rfc3164(
    header,
    `unbound[${somePid(scene)}]: [${somePid(scene)}:0] info: ${person.ip} ${name}. ${type} IN`,
  );
  return { host, carry: "syslog", bytes, told: toldOfQuery(person.ip, name) };
};

const webServer =
  (server: "nginx" | "httpd"): Device =>
  (scene: Scene) => {
    const { random, atMs } = scene;
    const host = hostFor(server === "nginx" ? "hq" : "singapore", "web");
    const [target, status] = random.pick(PAGES);
    const clientIp = somebodyOutside(scene);
    const bytes = combinedAccess({
      atMs,
      host: host.name,
      server,
      utcOffsetMinutes: unitOf(host.unit).utcOffsetMinutes,
      clientIp,
      method: "GET",
      target,
      status,
      bytes: Math.round(random.exponential(12_000)) + 200,
      referrer: random.chance(0.3) ? "https://www.minato-seiki.example/products/" : "-",
      userAgent: random.pick(BROWSERS),
    });
    const what = target;
    const told = { who: "", whereFrom: clientIp, what, didWhat: "http-request" };
    return { host, carry: "syslog", bytes, told: { ...told, outcome: status < 400 ? "success" : "failure" } };
  };

export const nginx = webServer("nginx");
export const apache = webServer("httpd");
