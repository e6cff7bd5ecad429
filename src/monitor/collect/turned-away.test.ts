import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTurnedAwayLog, type TurnedAway } from "./turned-away.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const from = (peer: string, more: Partial<TurnedAway> = {}): TurnedAway => ({ peer, reason: "not_allowed", ...more });

function open(options: { maxLines?: number } = {}) {
  const lines: object[] = [];
  const log = createTurnedAwayLog({ warn: (facts) => void lines.push(facts), ...options });
  return { log, lines };
}

describe("The log of senders that are turned away", () => {
  it("names listener, peer, reason and detail", () => {
    const { log, lines } = open();
    const detail = "A text of 70000 bytes is too long.";
    log.of("forward")(from("192.0.2.1", { reason: "protocol_error", detail }));
    expect(lines).toEqual([{ listener: "forward", peer: "192.0.2.1", reason: "protocol_error", detail }]);
  });

  it("tells of a peer once a minute and listener, and then how many were left out", () => {
    const { log, lines } = open();
    for (let i = 0; i < 5; i += 1) log.of("relp")(from("192.0.2.1"));
    log.of("forward")(from("192.0.2.1"));
    log.of("relp")(from("192.0.2.2"));
    expect(lines).toHaveLength(3);
    vi.advanceTimersByTime(60_000);
    expect(lines.slice(3)).toEqual([{ leftOut: 4 }]);
    log.of("relp")(from("192.0.2.1"));
    expect(lines).toHaveLength(5);
  });

  it("writes no more lines than its bound, whoever knocks", () => {
    const { log, lines } = open({ maxLines: 10 });
    for (let i = 0; i < 1_000; i += 1) log.of("relp")(from(`192.0.${i >> 8}.${i & 255}`));
    expect(lines).toHaveLength(10);
    log.close();
    expect(lines.slice(10)).toEqual([{ leftOut: 990 }]);
  });

  it("says nothing at the end of a minute in which nothing was left out", () => {
    const { log, lines } = open();
    log.of("relp")(from("192.0.2.1"));
    vi.advanceTimersByTime(120_000);
    expect(lines).toHaveLength(1);
  });

  it("lets a sender put neither lines, nor terminal codes, nor a flood into it", () => {
    const { log, lines } = open();
    log.of("relp")(from("192.0.2.1", { detail: `a\r\n\u001b[31mb${"x".repeat(10_000)}` }));
    expect(lines).toMatchObject([{ detail: expect.stringMatching(/^a\?\[31mbx{1,200}$/) }]);
  });
});
