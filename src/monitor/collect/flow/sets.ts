import type { Domain, Domains, Waiting } from "./domains.ts";
import { type Decoded, type Export, type Flow, type FlowProblem, MAX_FLOWS_PER_DATAGRAM } from "./flow.ts";
import { finishFlow, rateOf, readRecords, samplerOf } from "./records.ts";
import { readTemplates, type Template } from "./templates.ts";

export type Message = {
  readonly bytes: Buffer;
  readonly from: Export;
  readonly domain: Domain;
  readonly address: string;
  readonly nowMs: number;
  /** Where the sets begin. */
  readonly at: number;
};

/** Exporters put a few sets into a datagram; empty ones would fit in by the thousand. */
const MAX_SETS_PER_DATAGRAM = 512;

/** The sets of one NetFlow v9 or IPFIX message. What is wrong costs its set; what follows a length that lies is lost with it. */
export function decodeSets(message: Message, domains: Domains): Decoded {
  const { bytes, from } = message;
  const decoded: Decoded = { flows: [], refused: [] };
  const isIpfix = from.protocol === "ipfix";
  let at = message.at;
  for (let sets = 0; bytes.length - at >= 4; sets += 1) {
    if (sets >= MAX_SETS_PER_DATAGRAM) {
      refuse(decoded, message.address, "over_limit");
      return decoded;
    }
    const id = bytes.readUInt16BE(at);
    const length = bytes.readUInt16BE(at + 2);
    if (length < 4 || length > bytes.length - at) {
      refuse(decoded, message.address, "malformed_flow");
      return decoded;
    }
    const end = at + length;
    if (id >= 256) readData(message, { id, at: at + 4, end }, { domains, decoded });
    else if (id === (isIpfix ? 2 : 0) || id === (isIpfix ? 3 : 1)) {
      const set = { at: at + 4, end, isIpfix, isOptions: id === (isIpfix ? 3 : 1) };
      const isWhole = readTemplates(bytes, set, (templateId, template) =>
        learn(message, { id: templateId, template }, { domains, decoded }),
      );
      if (!isWhole) refuse(decoded, message.address, "malformed_flow");
    }
    at = end;
  }
  return decoded;
}

type Into = { readonly domains: Domains; readonly decoded: Decoded };

const refuse = ({ refused }: Decoded, address: string, reason: FlowProblem): void => {
  refused.push({ address, reason, events: 1 });
};

function learn(message: Message, { id, template }: { id: number; template: Template | undefined }, into: Into): void {
  const { domain, nowMs, address } = message;
  const isKept = into.domains.learn(domain, id, template && { template, atMs: nowMs });
  if (!isKept) refuse(into.decoded, address, "over_limit");
  if (template === undefined || !isKept) return;
  for (const waiting of into.domains.take(domain, id)) readSet(waiting, domain, template, into.decoded);
}

function readData(message: Message, { id, at, end }: { id: number; at: number; end: number }, into: Into): void {
  const { domain, from, address, nowMs } = message;
  const bytes = message.bytes.subarray(at, end);
  const set: Waiting = { address, id, from, atMs: nowMs, bytes };
  const known = domain.templates.get(id);
  if (known !== undefined) readSet(set, domain, known.template, into.decoded);
  // A copy: a view would keep the whole datagram.
  else into.domains.wait(domain, { ...set, bytes: Buffer.from(bytes) });
}

function readSet({ bytes, from, address }: Waiting, domain: Domain, template: Template, decoded: Decoded): void {
  let isFull = false;
  let options = 0;
  const isWhole = readRecords(bytes, template, (record) => {
    if (template.isOptions) {
      readOptions(record, domain);
      options += 1;
      return options < MAX_OPTIONS_PER_SET;
    }
    isFull = decoded.flows.length >= MAX_FLOWS_PER_DATAGRAM;
    if (!isFull) decoded.flows.push(finishFlow(record, from, domain));
    return !isFull;
  });
  if (isFull) refuse(decoded, address, "over_limit");
  if (!isWhole) refuse(decoded, address, "malformed_flow");
}

const MAX_RATES = 256;
const MAX_OPTIONS_PER_SET = 256;

/** Of what exporters say about themselves, what the flows' sizes and times cannot be read without: sampling rate and start. */
function readOptions(record: Flow, domain: Domain): void {
  const { rates } = domain;
  const boot = record.systemInitTimeMilliseconds;
  if (typeof boot === "number") domain.bootMs = boot;
  const rate = rateOf(record);
  const sampler = samplerOf(record);
  if (rate !== undefined && rate >= 1 && (rates.has(sampler) || rates.size < MAX_RATES)) rates.set(sampler, rate);
}
