/** Other names of Sigma's fields in events of one kind. A Sigma name itself always comes first and is not repeated here. */
export type Aliases = {
  /** Put before any field name: where shippers keep the vendor's own fields. */
  readonly prefixes: readonly string[];
  readonly always: Readonly<Record<string, readonly string[]>>;
  readonly byCategory: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
};
