import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, test } from "vitest";
import { extractTarGz, readTar } from "./tar.ts";

/** One entry as `tar` writes it: header, content, padding. */
function entry(name: string, content: string, { type = "0", prefix = "" } = {}): Buffer {
  const header = Buffer.alloc(512);
  const bytes = Buffer.from(content);
  header.write(name, 0);
  header.write("0000644\0", 100);
  header.write(`${bytes.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("        ", 148);
  header.write(type, 156);
  header.write("ustar\x0000", 257);
  header.write(prefix, 345);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

const archive = (...entries: Buffer[]) => Buffer.concat([...entries, Buffer.alloc(1024)]);
const long = `${"deep/".repeat(40)}file.yml`;
const pax = `path=${long}\n`;
const paxRecord = `${pax.length + 4} ${pax}`;

describe("Reading a tar archive", () => {
  test.each([
    ["a plain name", archive(entry("a.yml", "one")), "a.yml"],
    ["a name split into prefix and name", archive(entry("a.yml", "one", { prefix: "some/where" })), "some/where/a.yml"],
    ["a GNU long name", archive(entry("././@LongLink", `${long}\0`, { type: "L" }), entry("cut", "one")), long],
    ["a pax long name", archive(entry("x", paxRecord, { type: "x" }), entry("cut", "one")), long],
  ])("finds a file under %s", (_, bytes, name) => {
    expect(readTar(bytes).map((file) => [file.name, file.bytes.toString()])).toEqual([[name, "one"]]);
  });

  it("leaves out directories, and long names serve one entry only", () => {
    const bytes = archive(entry("x", paxRecord, { type: "x" }), entry("dir/", "", { type: "5" }), entry("b", "two"));
    expect(readTar(bytes).map((file) => file.name)).toEqual(["b"]);
  });

  it("refuses an archive that is cut short or damaged", () => {
    const bytes = entry("a.yml", "one");
    expect(() => readTar(bytes.subarray(0, 514))).toThrow("ends inside");
    bytes[0] = 66;
    expect(() => readTar(bytes)).toThrow("wrong checksum");
  });
});

describe("Extracting an archive", () => {
  let directory = "";
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "tar-"));
  });
  afterAll(() => rm(directory, { recursive: true }));

  it("writes files below the directory and refuses names that lead out of it", async () => {
    const path = join(directory, "a.tar.gz");
    await writeFile(path, gzipSync(archive(entry("in/a.txt", "one"))));
    await extractTarGz(path, join(directory, "out"));
    expect(await readFile(join(directory, "out/in/a.txt"), "utf8")).toBe("one");
    await writeFile(path, gzipSync(archive(entry("../../b.txt", "two"))));
    await expect(extractTarGz(path, join(directory, "out"))).rejects.toThrow("outside");
  });
});
