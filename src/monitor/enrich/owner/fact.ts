/**
 * That an address was somebody's from an instant on, as one log line says it. All in the words of one unit: private addresses are other
 * machines in other companies. Instants are UTC milliseconds.
 */
export type OwnerFact = {
  readonly unitId: string;
  /** "" only at the end of a session that is known by its key. */
  readonly address: string;
  readonly kind: OwnerKind;
  readonly atMs: number;
  /** When it ends unless it is renewed; equal to `atMs`: it ends here. */
  readonly untilMs: number;
  readonly host: string;
  readonly user: string;
  readonly mac: string;
  /** By what a VPN server names the session in lines that say no address; "" = it does not. */
  readonly session: string;
};

/** lease: DHCP gave it to a machine. session: a VPN gave it to a person. logon: a person signed in from it. */
export type OwnerKind = "lease" | "session" | "logon";
export const OWNER_KINDS = ["lease", "session", "logon"] as const satisfies readonly OwnerKind[];

/** Who has an address at an instant; "" = not known. */
export type Owner = { readonly host: string; readonly user: string; readonly mac: string };

export const isEnd = (fact: OwnerFact): boolean => fact.untilMs <= fact.atMs;
