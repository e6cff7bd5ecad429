/** What is known of the table that a row belongs to, from the lines above it. */
export type ZeekTable = {
  readonly kind: "zeek";
  readonly separator: string;
  readonly setSeparator: string;
  readonly emptyField: string;
  readonly unsetField: string;
  /** The log's name, such as `conn`; "" when nobody told. */
  readonly path: string;
  readonly names: readonly string[];
  /** Zeek's types, such as `addr` and `set[string]`; a column without one is text. */
  readonly types: readonly string[];
};

export type W3cTable = {
  readonly kind: "w3c";
  readonly names: readonly string[];
  /** `#Software`, or "". */
  readonly software: string;
  /** The directive says that times are the machine's own; the format's are UTC. */
  readonly isLocal: boolean;
  readonly delimiter: "\t" | "," | "";
};

export type CsvTable = {
  readonly kind: "csv";
  /** The header itself, which is a line of the log like any other. */
  readonly header: string;
  readonly names: readonly string[];
  readonly delimiter: string;
};

export type Table = ZeekTable | W3cTable | CsvTable;
