import { hostFor, SAMPLE_PEOPLE, type SampleHost, type SamplePerson } from "../company.ts";
import type { Random } from "../random.ts";
import { SITES } from "../vocabulary.ts";

/** When and with what chance a line comes about. */
export type Scene = { readonly atMs: number; readonly random: Random };

/** What truly happened, in the words that a reader of the line should arrive at; "" where such a line cannot say. */
export type Told = {
  readonly who: string;
  readonly whereFrom: string;
  readonly what: string;
  readonly didWhat: string;
  readonly outcome: "success" | "failure" | "";
};

/** One line of a device. carry: a whole syslog message, a line of a file, or a JSON document. */
export type Made = {
  readonly host: SampleHost;
  readonly carry: "syslog" | "line" | "json";
  readonly bytes: Buffer;
  readonly told: Told;
};

export const document = (value: object): Pick<Made, "carry" | "bytes"> => ({
  carry: "json",
  bytes: Buffer.from(JSON.stringify(value)),
});

export type Device = (scene: Scene) => Made;

const INSIDE = SAMPLE_PEOPLE.filter(({ unit }) => unit === "hq" || unit === "singapore");

export const somebody = ({ random }: Scene): SamplePerson => random.pick(INSIDE);
export const somebodyOutside = ({ random }: Scene): string => `203.0.113.${random.between(1, 254)}`;
export const serverOutside = ({ random }: Scene): string => `198.51.100.${random.between(1, 254)}`;
export const highPort = ({ random }: Scene): number => random.between(49_152, 65_535);
export const somePid = ({ random }: Scene): number => random.between(1_000, 60_000);
export const isUsual = ({ random }: Scene): boolean => random.chance(0.9);

export type Session = {
  readonly person: SamplePerson;
  readonly firewall: SampleHost;
  readonly isAllowed: boolean;
  readonly toIp: string;
  readonly toPort: number;
  readonly fromPort: number;
  readonly sentBytes: number;
  readonly receivedBytes: number;
  readonly seconds: number;
  readonly id: number;
};

/** Somebody inside calls a server outside: mostly let through, else stopped at the edge. */
export function sessionOf(scene: Scene): Session {
  const { random } = scene;
  const person = somebody(scene);
  const isAllowed = isUsual(scene);
  const bytes = isAllowed ? Math.round(random.exponential(9_000)) + 120 : 0;
  return {
    person,
    firewall: hostFor(person.unit, "firewall"),
    isAllowed,
    toIp: serverOutside(scene),
    toPort: isAllowed ? random.pick([443, 443, 443, 80, 22]) : random.pick([23, 445, 3389, 6667]),
    fromPort: highPort(scene),
    sentBytes: Math.round(bytes / 6) + 60,
    receivedBytes: bytes,
    seconds: isAllowed ? random.between(1, 180) : 0,
    id: random.between(100_000, 99_999_999),
  };
}

export const toldOfSession = (s: Session, who: string): Told => ({
  who,
  whereFrom: s.person.ip,
  what: `${s.toIp}:${s.toPort}`,
  didWhat: s.isAllowed ? "connection-allowed" : "connection-denied",
  outcome: s.isAllowed ? "success" : "failure",
});

export const someSite = ({ random }: Scene): readonly [site: string, path: string] => random.pick(SITES);
