/** One topic and whose events it brings. `source` absent = `kafka: TOPIC`; `unit` absent = the whole group. */
export type KafkaTopic = {
  readonly name: string;
  readonly source?: string | undefined;
  readonly unit?: string | undefined;
  readonly format?: string | undefined;
};

/** One cluster that is read as one member of a consumer group. */
export type KafkaSetting = {
  /** `host:port` of some of its brokers; the others are learned. */
  readonly brokers: readonly string[];
  readonly group: string;
  readonly topics: readonly KafkaTopic[];
  /** Where to begin in a partition of which neither the log nor the group knows a place. */
  readonly from: "start" | "end";
  /** PEM files; `certificate` and `key` where the brokers ask for one. Absent = no TLS. */
  readonly tls?:
    | { readonly ca?: string | undefined; readonly certificate?: string | undefined; readonly key?: string | undefined }
    | undefined;
  readonly sasl?:
    | {
        readonly mechanism: "PLAIN" | "SCRAM-SHA-256" | "SCRAM-SHA-512";
        readonly username: string;
        readonly password: string;
      }
    | undefined;
};
