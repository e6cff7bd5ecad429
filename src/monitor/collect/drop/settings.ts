import type { Encoding } from "../../../kernel/encoding/index.ts";

/** What becomes of an object whose events are all in the log. `moveTo`: a prefix of the bucket, or a folder within the directory. */
export type After = "keep" | "delete" | { readonly moveTo: string };

/** A bucket of a server that speaks S3. */
export type BucketSetting = {
  readonly name: string;
  readonly prefix: string;
  readonly region: string;
  /** Absent = that of AWS for the region. */
  readonly endpoint?: string | undefined;
  /** The bucket's name in the path instead of in the host's name, as most servers but AWS want it. */
  readonly pathStyle: boolean;
  /** A PEM file; absent = the authorities that Node trusts. */
  readonly ca?: string | undefined;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  /** Keys sort by date: those before what was taken long ago are not listed again. */
  readonly sorted: boolean;
};

export type DropSetting = {
  /** Of the place, and of the source of its events. */
  readonly name: string;
  /** Absent = the whole group. */
  readonly unit?: string | undefined;
  readonly format?: string | undefined;
  readonly timeZone?: string | undefined;
  readonly encoding?: Encoding | undefined;
  readonly after: After;
  readonly pollSeconds: number;
  readonly place:
    | { readonly kind: "bucket"; readonly bucket: BucketSetting }
    | { readonly kind: "directory"; readonly directory: string; readonly settleSeconds: number };
};
