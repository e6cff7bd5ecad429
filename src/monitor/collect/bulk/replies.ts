/** Fixed answers to what shippers ask before they send. Beats, Logstash and the clients look at little more than the status. */

const CLUSTER = { name: "yagura", cluster_name: "yagura", cluster_uuid: "yagura-collector-00000" } as const;

/** `GET /`: the fields that Elastic's typed clients require, too. `build_flavor` decides between ILM and serverless. */
export const rootReply = (version: string) => ({
  ...CLUSTER,
  version: {
    number: version,
    build_flavor: "default",
    build_type: "tar",
    build_hash: "0000000000000000000000000000000000000000",
    build_date: "2026-01-01T00:00:00.000Z",
    build_snapshot: false,
    lucene_version: "9.12.0",
    minimum_wire_compatibility_version: "7.17.0",
    minimum_index_compatibility_version: "7.0.0",
  },
  tagline: "You Know, for Search",
});

const NEVER_MS = 4_000_000_000_000;
export const LICENSE_REPLY = {
  license: {
    uid: "00000000-0000-4000-8000-000000000000",
    type: "basic",
    mode: "basic",
    status: "active",
    expiry_date_in_millis: NEVER_MS,
  },
} as const;

export const XPACK_REPLY = {
  build: {},
  features: {},
  license: { uid: LICENSE_REPLY.license.uid, type: "basic", mode: "basic", status: "active" },
} as const;

export const HEALTH_REPLY = {
  cluster_name: CLUSTER.cluster_name,
  status: "green",
  timed_out: false,
  number_of_nodes: 1,
  number_of_data_nodes: 1,
  active_primary_shards: 0,
  active_shards: 0,
  relocating_shards: 0,
  initializing_shards: 0,
  unassigned_shards: 0,
} as const;

/**
 * Set-up that shippers do: answered as if it were there already (reading) or done (writing), because Yagura needs no
 * templates, policies or pipelines.
 */
export const SET_UP_PREFIXES = [
  "_ilm",
  "_index_template",
  "_template",
  "_component_template",
  "_data_stream",
  "_ingest",
  "_nodes",
  "_cluster",
  "_logstash",
] as const;

/** An error as Elasticsearch writes it. */
export const errorReply = (status: number, type: string, reason: string) => ({
  error: { root_cause: [{ type, reason }], type, reason },
  status,
});
