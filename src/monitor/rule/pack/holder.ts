/** Who has a rule of some id, whether or not it is the one that runs. */
export type Holder = {
  readonly kind: "own" | "pack" | "directory";
  readonly origin: string;
  /** The pack's name. */
  readonly pack?: string;
};

/** A pack as the catalog loads it. `contentHash` tells when its texts must be read again. */
export type PackInForce = { readonly name: string; readonly version: number; readonly contentHash: string };

export const packOrigin = (name: string, path: string): string => `pack:${name}/${path}`;
