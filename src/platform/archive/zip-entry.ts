/** What a ZIP's table of contents says of an entry (APPNOTE 4.4). */
type ZipEntry = {
  readonly generalPurposeBitFlag: number;
  readonly compressionMethod: number;
  readonly versionMadeBy: number;
  readonly externalFileAttributes: number;
};

/** Why an entry of a ZIP archive is not read; undefined = it is. `packing`: neither stored nor deflated. */
export function zipEntryProblem(entry: ZipEntry): "encrypted" | "link" | "packing" | undefined {
  const { compressionMethod: method } = entry;
  // Bit 0 of the flags, or a method (99, AES) that stands for encryption.
  if ((entry.generalPurposeBitFlag & 1) === 1 || method === 99) return "encrypted";
  if (isLink(entry)) return "link";
  return method === 0 || method === 8 ? undefined : "packing";
}

/** Unix writes the file's mode into the upper half: 0o120000 is a symbolic link. */
const isLink = ({ versionMadeBy, externalFileAttributes }: ZipEntry): boolean =>
  versionMadeBy >> 8 === 3 && ((externalFileAttributes >>> 16) & 0o170000) === 0o120000;
