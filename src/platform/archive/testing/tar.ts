/** A file, or a link when it has a target. */
export type TarEntry = { readonly name: string; readonly text?: string | Buffer; readonly linkTo?: string };

const BLOCK = 512;

/** Writes a ustar archive, for tests. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap(({ name, text = "", linkTo }) => {
    const content = Buffer.from(linkTo === undefined ? text : "");
    const header = Buffer.alloc(BLOCK);
    header.write(name, 0, 100);
    header.write("0000644\x000000000\x000000000\0", 100);
    header.write(`${content.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write("00000000000\0        ", 136);
    header.write(linkTo === undefined ? "0" : "2", 156);
    header.write(linkTo ?? "", 157, 100);
    header.write("ustar\x0000", 257);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    return [header, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}
