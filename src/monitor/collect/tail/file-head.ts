import type { FileHandle } from "node:fs/promises";
import type { Encoding } from "../../../kernel/encoding/index.ts";
import { LineHead } from "../lines/line-head.ts";
import type { Place } from "./checkpoint.ts";
import { readAt } from "./followed.ts";
import { cutLines } from "./lines.ts";

const FIRST_BYTES = 64 * 1024;
const LATER_BYTES = 256 * 1024;
const HASH = 0x23;

/** What the lines before its place say of the columns: from the file itself, so that only where they stand has to be saved. */
export async function readHead(handle: FileHandle, place: Place, encoding: Encoding | undefined): Promise<LineHead> {
  const head = new LineHead(encoding);
  const addFrom = async (from: number, bytes: number): Promise<void> => {
    const chunk = await readAt(handle, from, Math.max(0, Math.min(bytes, place.offset - from)));
    const { lines } = cutLines(chunk, { isStart: from === 0, isSkipping: false, isFull: false, isLast: false });
    for (const line of lines) head.add(line);
  };
  await addFrom(0, FIRST_BYTES);
  if (place.headAt > 0) await addFrom(place.headAt, LATER_BYTES);
  return head;
}

/** Whether lines may have said anew what the columns are: IIS does so at each of its starts, in the same file. */
export const hasHeadLines = (lines: readonly Buffer[], head: LineHead): boolean =>
  head.head.columns !== "" && lines.some((line) => line[0] === HASH);
