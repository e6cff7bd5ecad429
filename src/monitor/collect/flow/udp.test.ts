import { createSocket } from "node:dgram";
import { expect, it, onTestFinished } from "vitest";
import { openTestIntake, storedRecords } from "../testing/fixtures.ts";
import { set, template, u32, v9 } from "./testing/writer.ts";
import { listenFlows } from "./udp.ts";

it("Each flow is one stored line, and what was not taken is counted by reason: the sums add up", async () => {
  const { intake, wal } = await openTestIntake();
  const onBug = (error: unknown): never => {
    throw error;
  };
  const listener = await listenFlows({ intake, host: "127.0.0.1", port: 0, onBug });
  const client = createSocket("udp4");
  onTestFinished(() => void client.close());
  const flows = set(256, u32(5), u32(6), u32(7));
  for (const bytes of [
    v9([set(0, template(256, [[1, 4]])), flows]),
    Buffer.from("no flow at all, but text"),
    v9([set(999, u32(1))]),
  ])
    await new Promise<void>((resolve) => client.send(bytes, listener.port, "127.0.0.1", () => resolve()));
  await expect.poll(async () => (await storedRecords(wal)).flatMap(({ frames }) => frames).length).toBe(3);
  await expect.poll(() => intake.snapshot().sources.some(({ rejected }) => rejected.malformed_flow === 1)).toBe(true);
  await listener.close();
  const [record] = await storedRecords(wal);
  expect(record).toMatchObject({ transport: "flow-udp", peer: "127.0.0.1" });
  expect(JSON.parse(String(record?.frames[2]))).toMatchObject({ flowProtocol: "netflow-v9", octetDeltaCount: 7 });
  const sum = (of: (row: ReturnType<typeof intake.snapshot>["sources"][number]) => number): number =>
    intake.snapshot().sources.reduce((total, row) => total + of(row), 0);
  expect(sum(({ acceptedEvents }) => acceptedEvents)).toBe(3);
  expect(sum(({ rejected }) => (rejected.no_template ?? 0) + (rejected.malformed_flow ?? 0))).toBe(2);
});

it("A datagram from an address that is not allowed brings nothing, not even its template, and is counted and told", async () => {
  const { intake, wal } = await openTestIntake();
  const told: unknown[] = [];
  const options = { intake, host: "127.0.0.1", port: 0, onTurnedAway: (event: unknown) => void told.push(event) };
  const bugs: unknown[] = [];
  const listener = await listenFlows({ ...options, onBug: (bug) => void bugs.push(bug), allow: ["192.0.2.0/24"] });
  const client = createSocket("udp4");
  onTestFinished(() => void client.close());
  const bytes = v9([set(0, template(256, [[1, 4]])), set(256, u32(5))]);
  await new Promise<void>((resolve) => client.send(bytes, listener.port, "127.0.0.1", () => resolve()));
  await expect.poll(() => listener.notAllowed()).toBe(1);
  await listener.close();
  expect(told).toEqual([{ peer: "127.0.0.1", reason: "not_allowed" }]);
  expect(await storedRecords(wal)).toEqual([]);
  expect([intake.snapshot().sources, bugs]).toEqual([[], []]);
});
