/** The names of one end of a connection. Source: ECS 9, but for network and owner, which ECS does not know. */
const side = <S extends "source" | "destination">(end: S) =>
  ({
    ip: `${end}_ip`,
    country: `${end}_geo_country_iso_code`,
    asNumber: `${end}_as_number`,
    ownerHost: `${end}_owner_host`,
    ownerUser: `${end}_owner_user`,
    names: {
      country: `${end}.geo.country_iso_code`,
      asNumber: `${end}.as.number`,
      asName: `${end}.as.organization.name`,
      network: `${end}.network.name`,
      ownerHost: `${end}.owner.host`,
      ownerUser: `${end}.owner.user`,
      ownerMac: `${end}.owner.mac`,
    },
  }) as const;

export const SOURCE = side("source");
export const DESTINATION = side("destination");
export type Side = typeof SOURCE | typeof DESTINATION;
