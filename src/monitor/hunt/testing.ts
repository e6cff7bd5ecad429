/** A tar archive with these files; a name above 100 characters is written as GNU tar does. */
export function tarOf(files: Readonly<Record<string, string | Buffer>>): Buffer {
  const blocks: Buffer[] = [];
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    if (name.length > 100) blocks.push(header("././@LongLink", "L", name.length + 1), padded(Buffer.from(`${name}\0`)));
    blocks.push(header(name.slice(0, 100), "0", bytes.length), padded(bytes));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1_024)]);
}

function header(name: string, type: string, size: number): Buffer {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("        ", 148);
  block.write(type, 156);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
