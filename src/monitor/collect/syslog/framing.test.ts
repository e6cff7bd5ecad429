import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { messagesIn } from "./datagram.ts";
import { createSyslogFramer } from "./framing.ts";
import { syslogHostName } from "./host-name.ts";
import { udpDropsIn } from "./udp-drops.ts";

function frame(chunks: readonly Buffer[], maxBytes = 100) {
  const found = { messages: [] as string[], cut: 0, last: false };
  const framer = createSyslogFramer({
    maxBytes,
    onMessage: (bytes) => found.messages.push(bytes.toString("latin1")),
    onCut: () => {
      found.cut += 1;
    },
  });
  for (const chunk of chunks) framer.push(chunk);
  expect(framer.heldBytes()).toBeLessThanOrEqual(maxBytes + 16);
  found.last = framer.release();
  expect(framer.heldBytes()).toBe(0);
  return found;
}
const bytesOf = (text: string): Buffer => Buffer.from(text, "latin1");
const counted = (text: string): string => `${bytesOf(text).length} ${text}`;

describe("Syslog messages in a TCP stream", () => {
  test.each([
    ["that end with LF", "<13>one\n<14>two\n", ["<13>one", "<14>two"]],
    ["that end with CR LF", "<13>one\r\n<14>two\r\n", ["<13>one", "<14>two"]],
    ["that end with NUL", "<13>one\0<14>two\0", ["<13>one", "<14>two"]],
    ["that hold a NUL", "<13>o\0ne\n<14>two\n", ["<13>o\0ne", "<14>two"]],
    ["without priority", "one\ntwo\n", ["one", "two"]],
    ["the last one without an end", "<13>one\n<14>two", ["<13>one", "<14>two"]],
    ["with empty lines between", "\n\n<13>one\n\0\r\n<14>two\n", ["<13>one", "<14>two"]],
    ["that are counted", `${counted("<13>one")}${counted("<14>two")}`, ["<13>one", "<14>two"]],
    ["that are counted and hold LF", counted("<13>one\n  at two\n\tat three"), ["<13>one\n  at two\n\tat three"]],
    ["that are counted, with LF after each", `${counted("<13>one")}\n${counted("<14>two")}\n`, ["<13>one", "<14>two"]],
    [
      "in both framings, mixed",
      `${counted("<13>one")}<14>two\n${counted("<15>three")}`,
      ["<13>one", "<14>two", "<15>three"],
    ],
    ["that begin with a number that is no count", "2026 is a year\n12 <no\n", ["2026 is a year", "12 <no"]],
    ["with bytes that are no UTF-8", "<13>\xff\xfe\n", ["<13>\xff\xfe"]],
    ["nothing", "", []],
  ])("are told apart: %s", (_, stream, messages) => {
    expect(frame([bytesOf(stream)]).messages).toEqual(messages);
  });

  test.each([
    ["too small", "5 <13>hello world\n<14>next\n", ["<13>hello world", "<14>next"]],
    ["too large", "20 <13>hello\n<14>the next message\n", ["<13>hello", "<14>the next message"]],
    ["absurd", "99999999999 <13>hello\n<14>next\n", ["99999999999 <13>hello", "<14>next"]],
    ["zero", "0 <13>hello\n<14>next\n", ["0 <13>hello", "<14>next"]],
  ])("lose nothing when a count is %s", (_, stream, messages) => {
    expect(frame([bytesOf(stream)]).messages).toEqual(messages);
  });

  it("come out the same however the network cuts the stream", () =>
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            text: fc.string({ unit: fc.constantFrom("a", " ", "é", "7", "<"), maxLength: 20 }),
            ending: fc.constantFrom("\n", "\r\n", "\0", "count", "count\n"),
          }),
          { maxLength: 12 },
        ),
        fc.array(fc.nat(), { maxLength: 12 }),
        (items, places) => {
          const texts = items.map(({ text }) => `<13>${text}x`);
          const stream = items.map(({ ending }, i) => {
            const text = texts[i] ?? "";
            return ending.startsWith("count") ? counted(text) + ending.slice(5) : text + ending;
          });
          const bytes = bytesOf(stream.join(""));
          const cuts = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
          const chunks = cuts.slice(1).map((end, i) => bytes.subarray(cuts[i], end));
          expect(frame(chunks)).toMatchObject({ messages: texts, cut: 0 });
        },
      ),
    ));

  it("never hold more than one message's limit, whatever comes", () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("1", "9", " ", "<", "\n", "\0", "\r", "a".repeat(30), "<13>"), { maxLength: 80 }),
        (pieces) => {
          const { messages } = frame(pieces.map(bytesOf), 40);
          for (const message of messages) expect(message.length).toBeLessThanOrEqual(48);
        },
      ),
    ));

  test.each([
    ["a line", `<13>${"x".repeat(500)}\n<14>next\n`],
    ["a counted message", `${counted(`<13>${"x".repeat(500)}`)}${counted("<14>next")}`],
    ["a line that ends with NUL", `<13>${"x".repeat(500)}\0<14>next\0`],
  ])("are cut at the limit, counted, and the next one is whole: %s", (_, stream) => {
    const bytes = bytesOf(stream);
    for (const size of [1, 7, 64, 1_000]) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_unused, i) =>
        bytes.subarray(i * size, (i + 1) * size),
      );
      const { messages, cut } = frame(chunks);
      expect({ messages, cut }).toEqual({ messages: [`<13>${"x".repeat(96)}`, "<14>next"], cut: 1 });
    }
  });
});

describe("The host that a syslog message names", () => {
  test.each([
    ["<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - text", "mymachine.example.com"],
    ["<34>1 - 192.0.2.7 su - - - text", "192.0.2.7"],
    ["<34>1 2003-10-11T22:14:15Z - su - - - text", undefined],
    ["<34>Oct 11 22:14:15 web-01 sshd[12]: text", "web-01"],
    ["<34>Oct  1 22:14:15 2001:db8::7 sshd: text", "2001:db8::7"],
    ["<34>Oct  1 2026 22:14:15 fw_1 %ASA-6-302013: text", "fw_1"],
    ["<34>2026-01-02T03:04:05.678+09:00 db1 postgres[3]: text", "db1"],
    ["Oct 11 22:14:15 web-01 sshd[12]: no priority", "web-01"],
    ["<34>Oct 11 22:14:15 sshd[12]: no host", undefined],
    ["<34>Oct 11 22:14:15 sshd: no host", undefined],
    ["<34>just text with nothing", undefined],
    [`<34>Oct 11 22:14:15 ${"h".repeat(400)} x`, undefined],
    ["<34>Oct 11 22:14:15 ho\0st tag: x", undefined],
    ["", undefined],
  ])("of %j is %s", (message, host) => {
    expect(syslogHostName(bytesOf(message))).toBe(host);
  });

  it("never throws, whatever the bytes", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(["string", "undefined"]).toContain(typeof syslogHostName(Buffer.from(bytes)));
      }),
    ));
});

describe("Datagrams that the kernel dropped", () => {
  const table = [
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
    "  512: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 123 2 0000 17",
    "  513: 0100007F:0035 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 124 2 0000 4",
  ].join("\n");
  test.each([
    [5514, 17],
    [53, 4],
    [9999, undefined],
  ])("on port %d are %s", (port, drops) => {
    expect(udpDropsIn(table, port)).toBe(drops);
  });
});

const CLIENT = "2001:db8::7 - sato [23/Nov/2026:10:00:00 +0900]";

describe("A datagram", () => {
  test.each([
    ["of syslog is one message, whatever line ends it holds", "<13>one\ntwo\n", ["<13>one\ntwo\n"]],
    ["of one line is kept byte for byte", "1.5 0 10.0.0.7 A\r\n", ["1.5 0 10.0.0.7 A\r\n"]],
    [
      "of lines, as Squid sends them, is its lines",
      "1795428000.501      5 A\n1795428000.602     12 B\n",
      ["1795428000.501      5 A", "1795428000.602     12 B"],
    ],
    [
      "of lines with CR LF and an empty one is its lines",
      `${CLIENT} A\r\n\r\n${CLIENT} B\r\n`,
      [`${CLIENT} A`, `${CLIENT} B`],
    ],
    [
      "of another program is one message: what is behind a line end may be a stranger's text",
      "user 'x\nsshd[1]: Accepted password for root from 203.0.113.9 port 1 ssh2\n",
      ["user 'x\nsshd[1]: Accepted password for root from 203.0.113.9 port 1 ssh2\n"],
    ],
    ["whose last line is not ended is one message", "a\nb", ["a\nb"]],
    ["of a stack trace is one message", "Error: x\n\tat main\n", ["Error: x\n\tat main\n"]],
    ["of JSON over lines is one message", '{\n"a": 1\n}\n', ['{\n"a": 1\n}\n']],
    ["of line ends alone is one message", "\n\n", ["\n\n"]],
  ])("%s", (_, datagram, messages) => {
    expect(messagesIn(bytesOf(datagram)).map((bytes) => bytes.toString("latin1"))).toEqual(messages);
  });

  it("of any bytes loses none but line ends", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom("a", "\n", "\r", "<", " ", "}", "\xff")), (letters) => {
        const text = letters.join("");
        if (text === "") return;
        const kept = messagesIn(bytesOf(text)).map((bytes) => bytes.toString("latin1"));
        expect(kept.join("").replace(/[\r\n]/g, "")).toBe(text.replace(/[\r\n]/g, ""));
        expect(kept.every((message) => message !== "")).toBe(true);
      }),
    );
  });
});
