/** A file that a person chose, with its path in the folder: `webkitRelativePath`. */
export type ChosenFile = { readonly path: string; readonly bytes: Blob };

const BLOCK = 512;
const WANTED = /(\.ya?ml|(^|\/)(licen[cs]e|copying|notice)[^/]*)$/i;
const utf8 = new TextEncoder();

/** The rule and license files of a folder as one .tar (POSIX pax), since a browser sends no folders. The rest stays at home. */
export function archiveOf(files: readonly ChosenFile[]): Blob {
  const parts = files
    .filter(({ path }) => WANTED.test(path) && !path.split("/").some((part) => part.startsWith(".")))
    .flatMap(({ path, bytes }): BlobPart[] => {
      const record = paxRecord(path);
      const named = [header("PaxHeader", record.length, "x"), record, padding(record.length)];
      // A file's bytes are read when they are sent, so that a large folder is never held whole.
      return [...named, header("file", bytes.size, "0"), bytes, padding(bytes.size)];
    });
  return new Blob([...parts, new Uint8Array(2 * BLOCK)], { type: "application/x-tar" });
}

/** `<length> path=<name>\n`, its length counting itself, in bytes. */
function paxRecord(path: string): Uint8Array<ArrayBuffer> {
  const rest = utf8.encode(` path=${path}\n`).length;
  let length = rest + String(rest).length;
  while (rest + String(length).length !== length) length = rest + String(length).length;
  return utf8.encode(`${length} path=${path}\n`);
}

function header(name: string, size: number, kind: "x" | "0"): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const put = (text: string, at: number) => block.set(utf8.encode(text), at);
  put(name, 0);
  put("0000644\x000000000\x000000000\0", 100);
  put(`${size.toString(8).padStart(11, "0")}\0`, 124);
  put("00000000000\0        ", 136);
  put(kind, 156);
  put("ustar\x0000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

const padding = (size: number): Uint8Array<ArrayBuffer> => new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
