import { describe, expect, it, test } from "vitest";
import { DEVICE_FORMATS } from "../../monitor/simulate/index.ts";
import { formatsIn, simulateCommand } from "./simulate.ts";

const BASE = {
  url: "http://127.0.0.1:9",
  token: "t",
  seed: "s",
  rate: 1,
  syslogHost: "127.0.0.1",
  syslogUdpPort: 9,
  syslogTcpPort: 9,
  syslogTlsPort: 9,
  relpPort: 9,
  forwardPort: 9,
  lumberjackPort: 9,
  flowPort: 9,
};

describe("Formats on the command line", () => {
  it("are a list between commas, or all", () => {
    expect(formatsIn("panos, zeek")).toEqual(["panos", "zeek"]);
    expect(formatsIn("all")).toEqual(DEVICE_FORMATS);
  });

  test.each(["", "panos,,zeek", "nosuch"])("that do not exist are refused with those that do: %j", (list) => {
    expect(() => formatsIn(list)).toThrow(/there are fortigate, panos, .*cloudtrail and "all"/);
  });
});

describe("The protocol on the command line", () => {
  test.each([
    [
      "that does not exist",
      { format: "panos", protocol: "pigeon" },
      /there are syslog-udp, syslog-tcp, .*netflow9, ipfix/,
    ],
    ["of flows with a format", { format: "panos", protocol: "ipfix" }, /goes without --format/],
    ["of flows with a history", { protocol: "netflow9", history: 1 }, /go without --history/],
    ["with an authority that is no file", { format: "panos", protocol: "syslog-tls", ca: "/none" }, /cannot be read/],
    ["without a format", { protocol: "bulk" }, /--protocol goes with --format/],
  ])("%s is refused before anything is sent", async (_title, options, message) => {
    await expect(simulateCommand({ ...BASE, ...options })).rejects.toThrow(message);
  });
});
