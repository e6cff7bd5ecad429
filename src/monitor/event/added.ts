/** What enrichment adds under names that have no column of their own: kept in the map `added`. Source of the names: ECS 9; network and owner are ours. */
export const ADDED_NAMES = [
  "source.as.organization.name",
  "source.network.name",
  "source.owner.mac",
  "source.registered_domain",
  "destination.as.organization.name",
  "destination.network.name",
  "destination.owner.mac",
  "user_agent.name",
  "user_agent.version",
  "user_agent.os.full",
  "user_agent.device.type",
] as const;
