import type { Transport } from "./record.ts";

/**
 * What came around an event whose own bytes are kept exactly: a HEC request's host, source, time and fields. The frame is
 * `[u32le length][envelope as JSON][event]`, so that every event has its own.
 */
const ENVELOPED: ReadonlySet<Transport> = new Set<Transport>(["hec"]);
const LENGTH_BYTES = 4;

export const MAX_ENVELOPE_BYTES = 64 * 1024;

/** `envelope`: JSON of an object, at most MAX_ENVELOPE_BYTES. */
export function putInEnvelope(envelope: Buffer, event: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + envelope.length + event.byteLength);
  frame.writeUInt32LE(envelope.length);
  frame.set(envelope, LENGTH_BYTES);
  frame.set(event, LENGTH_BYTES + envelope.length);
  return frame;
}

/** A frame's event, and its envelope's JSON where the transport has one. A frame that is none is an event as it is. */
export function openEnvelope(frame: Buffer, transport: Transport): { event: Buffer; envelope: Buffer | undefined } {
  if (!ENVELOPED.has(transport) || frame.length < LENGTH_BYTES) return { event: frame, envelope: undefined };
  const end = LENGTH_BYTES + frame.readUInt32LE();
  if (end > frame.length) return { event: frame, envelope: undefined };
  return { event: frame.subarray(end), envelope: frame.subarray(LENGTH_BYTES, end) };
}
