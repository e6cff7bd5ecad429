import { readAddress } from "../../kernel/address.ts";
import type { Fields, HotColumns, ParsedEvent } from "../event/index.ts";
import { classOf } from "./address/class.ts";
import { directionOf } from "./address/direction.ts";
import { type DeclaredNetwork, Networks } from "./address/networks.ts";
import { NOWHERE, type Place, type Places } from "./address/places.ts";
import { registeredDomain } from "./name/registered-domain.ts";
import { readUserAgent, type UserAgent } from "./name/user-agent.ts";
import { OwnerBook } from "./owner/book.ts";
import type { OwnerFact } from "./owner/fact.ts";
import { ownerFactOf, type Seen } from "./owner/observe.ts";
import { Recent } from "./recent.ts";
import { DESTINATION, type Side, SOURCE } from "./side.ts";

/** What is the same for an address at any time. */
type Facts = {
  readonly place: Place;
  readonly network: string;
  readonly isInside: boolean;
  readonly isSpecial: boolean;
};

const ADDRESSES = 20_000;
const NAMES = 20_000;
const USER_AGENTS = 5_000;
const UNITS = 1_000;
/** Longer ones are read anew each time: they would fill the memory of the others. */
const MAX_REMEMBERED_CHARS = 512;

/**
 * Adds to an event what follows from its own values and from what was learned before: place, network, direction, owner, registered
 * domain, program. Columns that the sender filled stay as they are; what is added is listed in `event.added`. One per thread.
 */
export class Enricher {
  readonly #places: Places;
  readonly #owners = new OwnerBook();
  readonly #byUnit = new Map<string, Recent<Facts>>();
  readonly #domains = new Recent<string>(NAMES);
  readonly #agents = new Recent<UserAgent | null>(USER_AGENTS);
  #networks = new Networks([]);
  #news: OwnerFact[] = [];

  constructor(places: Places) {
    this.#places = places;
  }

  setNetworks(declared: readonly DeclaredNetwork[]): void {
    this.#networks = new Networks(declared);
    this.#byUnit.clear();
  }

  /** What other threads, or an earlier run, have observed. */
  learn(facts: Iterable<OwnerFact>): void {
    for (const fact of facts) this.#owners.learn(fact);
  }

  /** What this thread has observed since the last call and did not know before. */
  takeNews(): readonly OwnerFact[] {
    const news = this.#news;
    this.#news = [];
    return news;
  }

  enrich(event: ParsedEvent, seen: Seen, learns = true): void {
    const { hot } = event;
    const fact = learns ? ownerFactOf(event, seen) : undefined;
    if (fact !== undefined && this.#owners.learn(fact)) this.#news.push(fact);
    const addition = new Addition(event);
    const source = this.#side(SOURCE, addition, seen);
    const destination = this.#side(DESTINATION, addition, seen);
    if (source !== undefined && destination !== undefined && !source.isSpecial && !destination.isSpecial)
      addition.give("network.direction", "network_direction", directionOf(source.isInside, destination.isInside));
    this.#names(hot, addition);
    if (hot.user_agent_original !== "") this.#userAgent(hot.user_agent_original, addition);
  }

  #side(side: Side, addition: Addition, { unitId, atMs }: Seen): Facts | undefined {
    const address = addition.hot[side.ip];
    if (address === "") return undefined;
    const facts = this.#factsOf(unitId, address);
    const { place } = facts;
    if (place !== NOWHERE) {
      addition.give(side.names.country, side.country, place.country);
      addition.giveNumber(side.names.asNumber, side.asNumber, place.asNumber);
      addition.add(side.names.asName, place.asName);
    }
    addition.add(side.names.network, facts.network);
    const owner = this.#owners.ownerAt(unitId, address, atMs);
    if (owner === undefined) return facts;
    addition.give(side.names.ownerHost, side.ownerHost, owner.host);
    addition.give(side.names.ownerUser, side.ownerUser, owner.user);
    addition.add(side.names.ownerMac, owner.mac);
    return facts;
  }

  #factsOf(unitId: string, text: string): Facts {
    let known = this.#byUnit.get(unitId);
    if (known === undefined) {
      if (this.#byUnit.size >= UNITS) this.#byUnit.clear();
      known = new Recent(ADDRESSES);
      this.#byUnit.set(unitId, known);
    }
    const before = known.get(text);
    if (before !== undefined) return before;
    const facts = this.#look(unitId, text);
    known.set(text, facts);
    return facts;
  }

  #look(unitId: string, text: string): Facts {
    const address = readAddress(text);
    if (address === undefined) return { place: NOWHERE, network: "", isInside: false, isSpecial: true };
    const kind = classOf(address);
    const network = this.#networks.nameOf(unitId, address.toByteArray());
    const place = kind === "public" ? this.#places.placeOf(address.toString()) : NOWHERE;
    const isInside = network !== "" || kind === "private";
    return { place, network, isInside, isSpecial: kind === "reserved" && network === "" };
  }

  #names(hot: HotColumns, addition: Addition): void {
    const { url_domain: url, dns_question_name: asked, destination_domain: destination, source_domain: source } = hot;
    if (url !== "") addition.give("url.registered_domain", "url_registered_domain", this.#domainOf(url));
    if (asked !== "")
      addition.give("dns.question.registered_domain", "dns_question_registered_domain", this.#domainOf(asked));
    if (destination !== "")
      addition.give("destination.registered_domain", "destination_registered_domain", this.#domainOf(destination));
    if (source !== "") addition.add("source.registered_domain", this.#domainOf(source));
  }

  #domainOf(name: string): string {
    const known = this.#domains.get(name);
    if (known !== undefined) return known;
    const domain = registeredDomain(name);
    if (name.length <= MAX_REMEMBERED_CHARS) this.#domains.set(name, domain);
    return domain;
  }

  #userAgent(text: string, addition: Addition): void {
    let agent = this.#agents.get(text);
    if (agent === undefined) {
      agent = readUserAgent(text) ?? null;
      if (text.length <= MAX_REMEMBERED_CHARS) this.#agents.set(text, agent);
    }
    if (agent === null) return;
    addition.add("user_agent.name", agent.name);
    addition.add("user_agent.version", agent.version);
    addition.add("user_agent.os.full", agent.os);
    addition.add("user_agent.device.type", agent.device);
  }
}

type TextColumn = { [C in keyof HotColumns]: HotColumns[C] extends string ? C : never }[keyof HotColumns];
type NumberColumn = Exclude<keyof HotColumns, TextColumn>;

/** Values on their way into an event: nothing that the sender said is overwritten, under the name of the column or of the field. */
class Addition {
  readonly hot: HotColumns;
  readonly #event: ParsedEvent;
  readonly #fields: Fields;

  constructor(event: ParsedEvent) {
    this.#event = event;
    this.hot = event.hot;
    this.#fields = event.fields;
  }

  give(name: string, column: TextColumn, value: string): void {
    if (value === "" || this.hot[column] !== "") return;
    const said = this.#fields[name];
    if (said === undefined) this.#put(name, value);
    const text = said === undefined ? value : typeof said === "string" ? said : "";
    this.hot[column] = text;
  }

  giveNumber(name: string, column: NumberColumn, value: number): void {
    if (value === 0 || this.hot[column] !== 0) return;
    const said = this.#fields[name];
    if (said === undefined) this.#put(name, value);
    this.hot[column] =
      said === undefined ? value : typeof said === "number" && said <= 0xffff_ffff && said >= 0 ? said : 0;
  }

  add(name: string, value: string): void {
    if (value !== "" && this.#fields[name] === undefined) this.#put(name, value);
  }

  #put(name: string, value: string | number): void {
    // All names are ours: a plain object is as safe here as fields without a prototype, and smaller.
    this.#event.added ??= {};
    this.#event.added[name] = value;
  }
}
