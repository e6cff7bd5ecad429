import { describe, expect, it, test } from "vitest";
import { openPlaces, placeIn } from "./places.ts";
import { mmdb } from "./testing/mmdb.ts";

describe("Places without a database of the operator", () => {
  const places = openPlaces([]);
  test.each([
    ["133.11.0.1", "JP"],
    ["8.8.8.8", "US"],
    ["2606:4700:4700::1111", ""],
  ])("%s is in %j", (address, country) =>
    expect(places.placeOf(address)).toEqual({ country, asNumber: 0, asName: "" }),
  );
});

describe("A record of a database", () => {
  test.each([
    [{ country: { iso_code: "JP" } }, { country: "JP", asNumber: 0, asName: "" }],
    [{ country_code: "CN" }, { country: "CN", asNumber: 0, asName: "" }],
    [{ country_code: "ZZ" }, { country: "", asNumber: 0, asName: "" }],
    [
      { country: "Japan", country_code: "JP", asn: "AS2497", as_name: "IIJ" },
      { country: "JP", asNumber: 2497, asName: "IIJ" },
    ],
    [
      { autonomous_system_number: 4_294_967_295, autonomous_system_organization: "Last" },
      { country: "", asNumber: 4_294_967_295, asName: "Last" },
    ],
    [
      { autonomous_system_number: 2 ** 32, autonomous_system_organization: "Past" },
      { country: "", asNumber: 0, asName: "" },
    ],
    [
      { country: { iso_code: 7 }, asn: "x" },
      { country: "", asNumber: 0, asName: "" },
    ],
    [null, { country: "", asNumber: 0, asName: "" }],
    [["JP"], { country: "", asNumber: 0, asName: "" }],
  ])("%j", (record, expected) => expect(placeIn(record)).toEqual(expected));
});

describe("The operator's databases", () => {
  const country = mmdb("8.0.0.0/8", { country: { iso_code: "FR" } });
  const as = mmdb("8.8.0.0/16", { autonomous_system_number: 64500, autonomous_system_organization: "Example" });

  it("complete one another", () =>
    expect(openPlaces([country, as]).placeOf("8.8.8.8")).toEqual({
      country: "FR",
      asNumber: 64500,
      asName: "Example",
    }));

  it("stand alone: what they do not know is not asked elsewhere", () =>
    expect(openPlaces([as]).placeOf("133.11.0.1")).toEqual({ country: "", asNumber: 0, asName: "" }));

  it("are refused when they are none", () => expect(() => openPlaces([Buffer.from("no database")])).toThrow());
});
