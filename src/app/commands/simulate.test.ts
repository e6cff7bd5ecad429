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
    ["that does not exist", { format: "panos", protocol: "pigeon" }, /there are syslog-udp, syslog-tcp, bulk/],
    ["without a format", { protocol: "bulk" }, /--protocol goes with --format/],
  ])("%s is refused before anything is sent", async (_title, options, message) => {
    await expect(simulateCommand({ ...BASE, ...options })).rejects.toThrow(message);
  });
});
