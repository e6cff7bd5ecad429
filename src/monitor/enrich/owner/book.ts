import { isEnd, OWNER_KINDS, type Owner, type OwnerFact, type OwnerKind } from "./fact.ts";
import { Track } from "./track.ts";

/** Addresses remembered of all units together; beyond it the unit with the most gives up what it heard of longest ago. */
const MAX_ADDRESSES = 100_000;

type Tracks = { [K in OwnerKind]?: Track };
type UnitBook = { readonly byAddress: Map<string, Tracks>; readonly addressOfSession: Map<string, string> };

/** Who had which address when, by unit. Pure, bounded, and the same whatever order facts arrive in, but for renewals that were joined. */
export class OwnerBook {
  readonly #units = new Map<string, UnitBook>();
  readonly #most: number;
  #addresses = 0;

  constructor(most = MAX_ADDRESSES) {
    this.#most = most;
  }

  get addresses(): number {
    return this.#addresses;
  }

  /** Returns whether anything is known now that was not before: only that is worth passing on. */
  learn(told: OwnerFact): boolean {
    const unit = this.#unit(told.unitId);
    const address = told.address || (unit.addressOfSession.get(told.session) ?? "");
    if (address === "") return false;
    const fact = told.address === "" ? { ...told, address } : told;
    const known = unit.byAddress.get(address);
    const tracks = known ?? {};
    tracks[fact.kind] ??= new Track();
    const isNews = tracks[fact.kind]?.learn(fact) ?? false;
    if (known === undefined || isNews) this.#touch(unit, address, tracks);
    if (fact.session !== "") this.#session(unit, fact);
    return isNews;
  }

  /** Of a session its person; else who alone has signed in from there. Undefined when nothing is known of that instant. */
  ownerAt(unitId: string, address: string, ms: number): Owner | undefined {
    const tracks = this.#units.get(unitId)?.byAddress.get(address);
    if (tracks === undefined) return undefined;
    const lease = tracks.lease?.at(ms);
    const session = tracks.session?.at(ms);
    const logon = tracks.logon?.onlyAt(ms);
    if (lease === undefined && session === undefined && logon === undefined) return undefined;
    return {
      host: lease?.host || session?.host || logon?.host || "",
      user: session?.user || logon?.user || "",
      mac: lease?.mac ?? "",
    };
  }

  /** Everything that is known, for a new thread or the disk. */
  *facts(): Generator<OwnerFact> {
    for (const { byAddress } of this.#units.values())
      for (const tracks of byAddress.values()) for (const kind of OWNER_KINDS) yield* tracks[kind]?.facts ?? [];
  }

  #unit(unitId: string): UnitBook {
    const known = this.#units.get(unitId);
    if (known !== undefined) return known;
    const made = { byAddress: new Map<string, Tracks>(), addressOfSession: new Map<string, string>() };
    this.#units.set(unitId, made);
    return made;
  }

  /** A map keeps the order of insertion: what was heard of last stands last. */
  #touch(unit: UnitBook, address: string, tracks: Tracks): void {
    if (!unit.byAddress.delete(address)) this.#addresses += 1;
    unit.byAddress.set(address, tracks);
    if (this.#addresses <= this.#most) return;
    const largest = [...this.#units.values()].reduce((a, b) => (b.byAddress.size > a.byAddress.size ? b : a));
    const [oldest] = largest.byAddress.keys();
    if (oldest !== undefined && largest.byAddress.delete(oldest)) this.#addresses -= 1;
  }

  #session(unit: UnitBook, fact: OwnerFact): void {
    unit.addressOfSession.delete(fact.session);
    if (isEnd(fact)) return;
    unit.addressOfSession.set(fact.session, fact.address);
    const [oldest] = unit.addressOfSession.keys();
    if (unit.addressOfSession.size > this.#most && oldest !== undefined) unit.addressOfSession.delete(oldest);
  }
}
