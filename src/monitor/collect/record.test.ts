import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { decodeFrames, decodeMeta, decodeRecord, encodeFrames, encodeMeta, payloadBytes } from "./record.ts";

const META = { sourceId: "source_1", unitId: "unit_1", transport: "bulk", peer: "10.0.0.9", format: "auto" } as const;

describe("A collected record", () => {
  it("gives back every event byte for byte, whatever the bytes are", () =>
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 50 }), (frames) => {
        const payload = encodeFrames(frames);
        const decoded = decodeFrames(payload);
        expect(payload.length).toBe(payloadBytes(frames));
        expect(decoded.ok && decoded.value.map((frame) => [...frame])).toEqual(frames.map((frame) => [...frame]));
      }),
    ));

  it("never throws on bytes that are no record, and never reads past them", () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.uint8Array({ maxLength: 200 }), (meta, payload) => {
        const frames = decodeFrames(payload);
        if (frames.ok) expect(Buffer.compare(encodeFrames(frames.value), payload)).toBe(0);
        expect(decodeRecord({ meta, payload }).ok).toBe(false);
      }),
    ));

  it("keeps who sent it, where from and how to read it", () => {
    const meta = { ...META, timeZone: "Asia/Tokyo", batch: { key: "k", from: 12, to: 15 } };
    expect(decodeMeta(encodeMeta(meta))).toEqual({ ok: true, value: meta });
  });

  test.each([
    ["text that is not JSON", "{", "meta_not_json"],
    ["a transport that does not exist", JSON.stringify({ ...META, transport: "pigeon" }), "meta_invalid"],
    ["no source", JSON.stringify({ ...META, sourceId: "" }), "meta_invalid"],
    ["more than 64 KiB", JSON.stringify({ ...META, peer: "x".repeat(65_536) }), "meta_too_large"],
  ])("refuses a meta that is %s", (_, text, error) => {
    expect(decodeMeta(Buffer.from(text))).toEqual({ ok: false, error });
  });

  test.each([
    ["a length that is cut", Buffer.from([1, 0]), "frame_length_cut"],
    ["an event shorter than its length", Buffer.from([5, 0, 0, 0, 1]), "frame_cut"],
    ["a length of 4 GiB", Buffer.from([255, 255, 255, 255, 1]), "frame_cut"],
  ])("refuses a payload with %s", (_, payload, error) => {
    expect(decodeFrames(payload)).toEqual({ ok: false, error });
  });

  it("refuses more events than an event's number has room for", () => {
    expect(decodeFrames(Buffer.alloc(4 * (2 ** 20 + 1)))).toEqual({ ok: false, error: "too_many_frames" });
  });
});
