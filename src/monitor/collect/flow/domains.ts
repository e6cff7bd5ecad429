import type { Export } from "./flow.ts";
import type { Template } from "./templates.ts";

/** A set that came before its template, with what its datagram said of time. */
export type Waiting = {
  readonly address: string;
  readonly id: number;
  readonly bytes: Buffer;
  readonly from: Export;
  readonly atMs: number;
};

/** What one exporter has said of itself within one observation domain. */
export type Domain = {
  readonly address: string;
  readonly templates: Map<number, { template: Template; atMs: number }>;
  /** Packets seen per packet told, by sampler; 0 is the one that no sampler is named for. */
  readonly rates: Map<number, number>;
  /** UTC milliseconds at which the exporter's uptime was 0, from its options; IPFIX messages do not say it. */
  bootMs: number | undefined;
  waiting: Waiting[];
};

export const DEFAULT_FLOW_LIMITS = {
  /** Exporters × domains. The one not heard of for the longest gives way, first among those of its own address. */
  domains: 2_048,
  domainsPerAddress: 64,
  templatesPerDomain: 1_024,
  /** Of all templates together: what bounds their memory. */
  fields: 500_000,
  /** Four times the longest interval at which exporters commonly repeat their templates (RFC 3954 §9, RFC 7011 §8.4). */
  templateMs: 2 * 3_600_000,
  waitingBytes: 4 * 2 ** 20,
  waitingBytesPerDomain: 256 * 1024,
  waitingMs: 120_000,
} as const;
export type FlowLimits = { readonly [K in keyof typeof DEFAULT_FLOW_LIMITS]: number };

/** What an object takes up besides the bytes that it holds. */
const WAITING_OVERHEAD = 256;
const cost = ({ bytes }: Waiting): number => bytes.length + WAITING_OVERHEAD;

export type Domains = ReturnType<typeof createDomains>;

/** The bounded memory of exporters. `lose` hears of sets that nobody will read any more. */
export function createDomains(limits: FlowLimits, lose: (waiting: Waiting) => void) {
  const domains = new Map<string, Domain>();
  const perAddress = new Map<string, number>();
  let fields = 0;
  let waitingBytes = 0;

  const release = (domain: Domain, kept: Waiting[]): void => {
    const before = domain.waiting.reduce((sum, one) => sum + cost(one), 0);
    waitingBytes -= before - kept.reduce((sum, one) => sum + cost(one), 0);
    domain.waiting = kept;
  };
  const forget = (domain: Domain, id: number): void => {
    fields -= domain.templates.get(id)?.template.fields.length ?? 0;
    domain.templates.delete(id);
  };
  const drop = (key: string, domain: Domain): void => {
    domains.delete(key);
    const left = (perAddress.get(domain.address) ?? 1) - 1;
    if (left > 0) perAddress.set(domain.address, left);
    else perAddress.delete(domain.address);
    for (const id of [...domain.templates.keys()]) forget(domain, id);
    domain.waiting.forEach(lose);
    release(domain, []);
  };
  const dropOldest = (isMeant: (domain: Domain) => boolean): void => {
    const oldest = domains.entries().find(([, domain]) => isMeant(domain));
    if (oldest !== undefined) drop(...oldest);
  };

  return {
    /** The exporter's domain, now the last that was heard of. */
    of(key: string, address: string): Domain {
      const known = domains.get(key);
      if (known !== undefined) {
        domains.delete(key);
        domains.set(key, known);
        return known;
      }
      if ((perAddress.get(address) ?? 0) >= limits.domainsPerAddress) dropOldest((one) => one.address === address);
      else if (domains.size >= limits.domains) dropOldest(() => true);
      const fresh: Domain = { address, templates: new Map(), rates: new Map(), bootMs: undefined, waiting: [] };
      domains.set(key, fresh);
      perAddress.set(address, (perAddress.get(address) ?? 0) + 1);
      return fresh;
    },
    /** Keeps a template, or forgets it. False when there is no room. */
    learn(domain: Domain, id: number, learned: { template: Template; atMs: number } | undefined): boolean {
      forget(domain, id);
      if (learned === undefined) return true;
      if (domain.templates.size >= limits.templatesPerDomain) return false;
      while (fields + learned.template.fields.length > limits.fields && domains.size > 1)
        dropOldest((one) => one !== domain);
      if (fields + learned.template.fields.length > limits.fields) return false;
      domain.templates.set(id, learned);
      fields += learned.template.fields.length;
      return true;
    },
    wait(domain: Domain, waiting: Waiting): void {
      const held = domain.waiting.reduce((sum, one) => sum + cost(one), 0);
      const isRoom =
        held + cost(waiting) <= limits.waitingBytesPerDomain && waitingBytes + cost(waiting) <= limits.waitingBytes;
      if (!isRoom) {
        lose(waiting);
        return;
      }
      domain.waiting.push(waiting);
      waitingBytes += cost(waiting);
    },
    /** Takes out the sets that waited for this template. */
    take(domain: Domain, id: number): Waiting[] {
      const ready = domain.waiting.filter((one) => one.id === id);
      if (ready.length > 0)
        release(
          domain,
          domain.waiting.filter((one) => one.id !== id),
        );
      return ready;
    },
    /** Forgets what is too old at `nowMs`; Infinity forgets everything. */
    sweep(nowMs: number): void {
      for (const [key, domain] of [...domains]) {
        const late = domain.waiting.filter(({ atMs }) => nowMs - atMs > limits.waitingMs);
        late.forEach(lose);
        if (late.length > 0)
          release(
            domain,
            domain.waiting.filter((one) => !late.includes(one)),
          );
        for (const [id, { atMs }] of [...domain.templates]) if (nowMs - atMs > limits.templateMs) forget(domain, id);
        if (domain.templates.size === 0 && domain.waiting.length === 0) drop(key, domain);
      }
    },
    size: () => ({ domains: domains.size, fields, waitingBytes }),
  };
}
