import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { freePort } from "../support/yagura-process.ts";

const BIN = new URL("../../bin/yagura", import.meta.url).pathname;

it("A server whose output nobody reads any more, as when a log shipper is killed, goes on and ends in order", async () => {
  const root = await mkdtemp(join(tmpdir(), "yagura-closed-output-"));
  const [http, udp, tcp] = await Promise.all([freePort(), freePort(), freePort()]);
  const child = spawn(BIN, ["start", "--data", join(root, "data"), "--port", String(http)], {
    cwd: root,
    env: { PATH: process.env.PATH, YAGURA_SYSLOG_UDP_PORT: String(udp), YAGURA_SYSLOG_TCP_PORT: String(tcp) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await rm(root, { recursive: true, force: true });
  });
  // Before the first word: every write of the process meets EPIPE.
  child.stdout.destroy();
  child.stderr.destroy();
  for (let isReady = false; !isReady; await sleep(50)) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`it ended with ${child.exitCode}`);
    isReady = (await fetch(`http://127.0.0.1:${http}/readyz`).catch(() => undefined))?.ok ?? false;
  }
  child.kill("SIGTERM");
  expect((await once(child, "exit"))[0]).toBe(0);
}, 600_000);
