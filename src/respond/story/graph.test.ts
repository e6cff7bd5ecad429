import { describe, expect, it, test } from "vitest";
import { DEFAULT_MAPPING } from "../killchain/index.ts";
import { isOutside } from "./entities.ts";
import { graphOf, MAX_EDGES } from "./graph.ts";
import { occurrencesOf } from "./occurrence.ts";
import { plantedIncident } from "./testing.ts";

const { alerts, detections, events } = plantedIncident("graph", Date.UTC(2026, 10, 16));
const occurrences = occurrencesOf(alerts, detections, events);

describe("The graph of the planted intrusion", () => {
  const { nodes, edges } = graphOf(occurrences, DEFAULT_MAPPING);
  const named = new Map(nodes.map(({ id, kind, value }) => [id, `${kind} ${value}`]));
  const joined = edges.map(({ from, to, didWhat }) => `${named.get(from)} > ${named.get(to)}: ${didWhat}`);

  it("joins the lure, the victim, what ran and what was written, in the order it happened", () => {
    expect(joined).toEqual(
      expect.arrayContaining([
        "address 10.2.10.22 > domain invoice-portal-sample.top: http-request",
        "process EXCEL.EXE > process powershell.exe: process-started",
        "process certutil.exe > file C:\\Users\\Public\\Libraries\\msupd.dll: file-created",
        "address 10.1.0.20 > address 198.51.100.23: connection-allowed",
      ]),
    );
    expect(edges.map(({ firstAt }) => firstAt)).toEqual(edges.map(({ firstAt }) => firstAt).toSorted());
  });

  it("takes a hundred made-up names of one domain for one entity, and a person for one whatever the log calls them", () => {
    expect(nodes.filter(({ value }) => value.endsWith("telemetry-sync-sample.xyz"))).toHaveLength(1);
    expect(nodes.filter(({ kind, value }) => kind === "user" && value.endsWith("s.kato"))).toHaveLength(1);
  });

  it("draws as many entities as it may, and counts the others by kind; no event is lost from the sums", () => {
    const small = graphOf(occurrences, DEFAULT_MAPPING, 10);
    const clusters = small.nodes.filter(({ members }) => members !== undefined);
    expect(small.nodes.length - clusters.length).toBe(10);
    expect(clusters.reduce((sum, { members }) => sum + (members?.count ?? 0), 0)).toBe(nodes.length - 10);
    const ids = new Set(small.nodes.map(({ id }) => id));
    for (const { from, to } of small.edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
    expect(small.edges.length).toBeLessThanOrEqual(MAX_EDGES);
  });

  it("of alerts without their events still names whom they touch", () => {
    expect(graphOf(occurrencesOf(alerts, [], []), DEFAULT_MAPPING).nodes.length).toBeGreaterThan(5);
  });
});

test.each([
  ["198.51.100.23", true],
  ["10.1.2.3", false],
  ["fd00::1", false],
  ["::1", false],
  ["nonsense", false],
])("%s is outside: %s", (address, expected) => expect(isOutside(address)).toBe(expected));
