import { describe, expect, it, test } from "vitest";
import { healthOf } from "./health.ts";
import { seenIn } from "./log-sources.ts";

const rule = {
  isEnabled: true,
  isPart: false,
  hits: 0,
  logs: true,
  alerts: { open: 0, truePositive: 0, falsePositive: 0, benign: 0 },
};
const judged = (truePositive: number, falsePositive: number, benign: number) => ({
  alerts: { open: 0, truePositive, falsePositive, benign },
});

describe("What is wrong with a rule", () => {
  test.each([
    ["never hit although its logs arrive", {}, "quiet"],
    ["never hit and no such logs arrive", { logs: false }, "no-logs"],
    ["never hit, and which logs arrive is not known", { logs: null }, null],
    ["hits that could not be counted", { hits: null }, null],
    ["a few hits, nothing judged", { hits: 9 }, null],
    ["many hits and no true positive", { hits: 100 }, "unproven"],
    ["many hits of which one was true", { hits: 100, ...judged(1, 1, 0) }, null],
    ["mostly judged false", { hits: 3, ...judged(1, 2, 0) }, "misjudged"],
    ["mostly judged benign", { hits: 3, ...judged(0, 0, 3) }, "misjudged"],
    ["as many true as false", { hits: 4, ...judged(2, 2, 0) }, null],
    ["too few judged to say", { hits: 2, ...judged(0, 2, 0) }, null],
    ["judged false long ago, silent now", judged(0, 5, 0), "misjudged"],
    ["never hit, as part of a correlation", { isPart: true }, null],
    ["switched off", { isEnabled: false, hits: 1000 }, null],
  ])("%s", (_, figures, health) => {
    expect(healthOf({ ...rule, ...figures })).toBe(health);
  });
});

describe("Whether a rule's logs arrive", () => {
  const seen = seenIn([
    { product: "linux", category: "", service: "sshd", code: "" },
    { product: "windows", category: "process_creation", service: "security", code: "4688" },
    { product: "windows", category: "registry_event", service: "sysmon", code: "13" },
  ]);
  test.each([
    [{ product: "linux", category: "", service: "sshd" }, true],
    [{ product: "linux", category: "", service: "" }, true],
    [{ product: "linux", category: "", service: "auditd" }, false],
    [{ product: "windows", category: "process_creation", service: "" }, true],
    [{ product: "windows", category: "", service: "security" }, true],
    [{ product: "", category: "process_creation", service: "" }, true],
    [{ product: "macos", category: "process_creation", service: "" }, false],
    [{ product: "windows", category: "registry_set", service: "" }, true],
    [{ product: "windows", category: "dns_query", service: "" }, false],
  ])("%j: %s", (logsource, isSeen) => {
    expect(seen(logsource)).toBe(isSeen);
  });

  it("a hostile product name cannot pass for another", () => {
    expect(
      seenIn([{ product: "a\nb", category: "", service: "", code: "" }])({ product: "a", category: "b", service: "" }),
    ).toBe(false);
  });
});
