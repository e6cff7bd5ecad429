import { type ElementType, elementOf } from "./elements.ts";

export type Field = { readonly name: string; readonly type: ElementType; readonly length: number };
/** minBytes: what a record takes up at least, which is above 0, so that reading records always comes to an end. */
export type Template = { readonly fields: readonly Field[]; readonly minBytes: number; readonly isOptions: boolean };

export const VARIABLE = 0xffff;
const MAX_FIELDS = 512;
/** Fields of no length say nothing, and would make a record of a few bytes cost hundreds of steps. */
const MAX_EMPTY_FIELDS = 16;

/** A set of templates as it stands in a datagram: [at, end), of NetFlow v9 or IPFIX, for data or for options. */
export type TemplateSet = {
  readonly at: number;
  readonly end: number;
  readonly isIpfix: boolean;
  readonly isOptions: boolean;
};

/**
 * Calls `learn` for each template of the set, with undefined for one that is withdrawn (RFC 7011 §8.1). False when the set breaks
 * off, or a template has no fields, too many, or records of no length: the rest of the set cannot be told then.
 */
export function readTemplates(
  bytes: Buffer,
  set: TemplateSet,
  learn: (id: number, template: Template | undefined) => void,
): boolean {
  let at = set.at;
  const headBytes = set.isOptions ? 6 : 4;
  while (set.end - at >= 4) {
    const id = bytes.readUInt16BE(at);
    if (id < 256) return id === 0 || (set.isIpfix && bytes.readUInt16BE(at + 2) === 0);
    const second = bytes.readUInt16BE(at + 2);
    if (set.isIpfix && second === 0) {
      learn(id, undefined);
      at += 4;
      continue;
    }
    if (set.end - at < headBytes) return false;
    // NetFlow v9 tells the options' lengths in bytes (RFC 3954 §6.1), IPFIX the fields' number (RFC 7011 §3.4.2.2).
    const isV9Options = set.isOptions && !set.isIpfix;
    const third = set.isOptions ? bytes.readUInt16BE(at + 4) : 0;
    const count = isV9Options ? (second + third) / 4 : second;
    const scopes = isV9Options ? second / 4 : third;
    const read = readFields(bytes, at + headBytes, { ...set, count, scopes });
    if (read === undefined) return false;
    const minBytes = read.fields.reduce((sum, { length }) => sum + (length === VARIABLE ? 1 : length), 0);
    const empty = read.fields.filter(({ length }) => length === 0).length;
    if (minBytes === 0 || empty > MAX_EMPTY_FIELDS) return false;
    learn(id, { fields: read.fields, minBytes, isOptions: set.isOptions });
    at = read.at;
  }
  return true;
}

type Wanted = TemplateSet & { readonly count: number; readonly scopes: number };

function readFields(bytes: Buffer, from: number, { end, isIpfix, count, scopes }: Wanted) {
  if (!Number.isInteger(count) || count < 1 || count > MAX_FIELDS) return undefined;
  const fields: Field[] = [];
  const seen = new Map<string, number>();
  let at = from;
  for (let i = 0; i < count; i += 1) {
    if (end - at < 4) return undefined;
    const word = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    const hasEnterprise = isIpfix && word >= 0x8000;
    at += 4;
    if (hasEnterprise && end - at < 4) return undefined;
    const enterprise = hasEnterprise ? bytes.readUInt32BE(at) : 0;
    if (hasEnterprise) at += 4;
    const isV9Scope = !isIpfix && i < scopes;
    const id = hasEnterprise ? word & 0x7fff : word;
    const { name, type } = isV9Scope ? { name: `scope${word}`, type: "unsigned" as const } : elementOf(id, enterprise);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    // NetFlow v9 knows no variable lengths: there, 65,535 is a length that no datagram has.
    if (length === VARIABLE && !isIpfix) return undefined;
    fields.push({ name: times === 1 ? name : `${name}.${times}`, type, length });
  }
  return { fields, at };
}
