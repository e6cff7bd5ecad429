import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { AppError } from "../../../../kernel/errors.ts";
import { tarOf } from "../../../../platform/archive/testing/tar.ts";
import { type ZipEntry, zipOf } from "../../../../platform/archive/testing/zip.ts";
import { Gatherer, LIMITS } from "../gather.ts";
import { ruleText } from "../testing/rules.ts";
import { readArchive } from "./archive.ts";

const good: ZipEntry = { name: "sigma-main/rules/good.yml", text: ruleText(1) };
const pathsOf = async (archive: Buffer, folder = ""): Promise<readonly string[]> =>
  (await readArchive(archive, "sigma.zip", folder)).files.map(({ path }) => path);

describe("An archive of rules", () => {
  const files = [
    { name: "sigma-main/rules/b.yaml", text: ruleText(2) },
    { name: "sigma-main/rules/a.yml", text: ruleText(1) },
    { name: "sigma-main/LICENSE", text: "Detection Rule License" },
    { name: "sigma-main/README.md", text: "# read me" },
    { name: "sigma-main/.github/workflows/check.yml", text: "on: push" },
    { name: "sigma-main/deprecated/old.yml", text: ruleText(3) },
  ];
  const all = ["LICENSE", "deprecated/old.yml", "rules/a.yml", "rules/b.yaml"];
  test.each([
    [".zip", zipOf(files)],
    [".tar", tarOf(files)],
    [".tar.gz", gzipSync(tarOf(files))],
  ])("as %s gives its rules and licenses, without the folder around everything and hidden ones", async (_, archive) => {
    expect(await pathsOf(archive)).toEqual(all);
  });

  it("gives only what lies in a folder that is asked for, with the license of the whole", async () => {
    expect(await pathsOf(zipOf(files), "/rules/")).toEqual(["LICENSE", "rules/a.yml", "rules/b.yaml"]);
    await expect(pathsOf(zipOf(files), "none")).rejects.toMatchObject({ code: "invalid" });
  });

  it("gives a folder that is the only one at the top, and one that is named with the folder around everything", async () => {
    const only = zipOf([
      { name: "rules/a.yml", text: ruleText(1) },
      { name: "rules/win/b.yml", text: ruleText(2) },
    ]);
    expect(await pathsOf(only, "rules")).toEqual(["rules/a.yml", "rules/win/b.yml"]);
    expect(await pathsOf(only, "rules/win")).toEqual(["rules/win/b.yml"]);
    expect(await pathsOf(only, "win")).toEqual(["win/b.yml"]);
    expect(await pathsOf(only)).toEqual(["a.yml", "win/b.yml"]);
  });

  it("may be a single rule file", async () => {
    const { files: one } = await readArchive(Buffer.from(ruleText(1)), "C:\\rules\\one.yml", "");
    expect(one).toMatchObject([{ path: "one.yml", kind: "rules" }]);
  });

  it("hashes the same content alike, wherever it lies", async () => {
    const [one] = (await readArchive(zipOf([good]), "", "")).files;
    const [two] = (await readArchive(tarOf([{ name: "x.yml", text: ruleText(1) }]), "", "")).files;
    expect(one?.hash).toBe(two?.hash);
  });
});

describe("A hostile archive costs what is wrong in it, and says what that is", () => {
  const huge = " ".repeat(LIMITS.fileBytes + 1);
  const deep = `${"d/".repeat(LIMITS.depth)}x.yml`;
  test.each<[string, ZipEntry, RegExp]>([
    ["a path that leads out", { name: "../../etc/cron.yml", text: "x" }, /leads out/],
    ["a path that leads out, the Windows way", { name: "..\\..\\x.yml", text: "x" }, /leads out/],
    ["an absolute path", { name: "/etc/x.yml", text: "x" }, /absolute/],
    ["a drive letter", { name: "C:/x.yml", text: "x" }, /absolute/],
    ["a symbolic link", { name: "link.yml", text: "/etc/passwd", mode: 0o120777 }, /symbolic link/],
    ["an encrypted entry", { name: "secret.yml", text: "x", isEncrypted: true }, /encrypted/],
    ["a file that is too large", { name: "huge.yml", text: huge }, /larger than/],
    ["a small size that is a lie", { name: "bomb.yml", text: huge, saidBytes: 10 }, /broken|larger/],
    ["a large size that is a lie", { name: "cut.yml", text: "abc", saidBytes: 30 }, /broken/],
    ["a wrong checksum", { name: "sum.yml", text: "abc", hasWrongChecksum: true }, /broken/],
    ["a path that is too deep", { name: deep, text: "x" }, /nested deeper/],
    ["a path that is too long", { name: `${"n".repeat(LIMITS.pathChars)}.yml`, text: "x" }, /longer than/],
    ["a control character in the path", { name: "a\u001bb.yml", text: "x" }, /control/],
    ["bytes that are no text", { name: "x.yml", text: Buffer.from([0xff, 0xfe, 0]) }, /not UTF-8/],
    ["a NUL", { name: "x.yml", text: "a\0b" }, /not UTF-8/],
  ])("%s", async (_, entry, reason) => {
    const { files, leftOut } = await readArchive(zipOf([entry, good]), "", "");
    expect(files.map(({ path }) => path)).toEqual(["rules/good.yml"]);
    expect(leftOut).toMatchObject([{ reason: expect.stringMatching(reason) }]);
    expect(leftOut[0]?.path).not.toMatch(/\p{Cc}/u);
  });

  it("reads no link and no path that leads out of a tar archive", async () => {
    const archive = tarOf([
      { name: "link.yml", linkTo: "/etc/passwd" },
      { name: "../out.yml", text: "x" },
      { name: "good.yml", text: ruleText(1) },
    ]);
    const { files, leftOut } = await readArchive(archive, "", "");
    expect(files.map(({ path }) => path)).toEqual(["good.yml"]);
    expect(leftOut).toEqual([
      { path: "link.yml", reason: "the entry is a link" },
      { path: "../out.yml", reason: "the path leads out of the archive" },
    ]);
  });

  test.each<[string, () => Buffer, string, RegExp]>([
    ["no archive", () => Buffer.from("hello"), "invalid", /no \.zip/],
    ["nothing", () => Buffer.alloc(0), "invalid", /no \.zip/],
    ["no rules", () => zipOf([{ name: "README.md" }]), "invalid", /no Sigma files/],
    ["a zip that is cut", () => zipOf([good]).subarray(0, 60), "invalid", /cannot be read/],
    [
      "a gzip that is cut",
      () => gzipSync(tarOf([{ name: "x.yml", text: ruleText(1) }])).subarray(0, 100),
      "invalid",
      /cannot be read/,
    ],
    ["a gzip of something else", () => gzipSync("hello, this is no tar archive"), "invalid", /cannot be read/],
    ["more than a pack may hold", () => zipOf(tooMuch()), "too_large", /MiB of rules/],
    ["more files than a pack may have", () => zipOf(tooMany()), "too_large", /rule files/],
    ["a bomb of a gigabyte", () => gzipBomb(), "too_large", /unpacks to more than/],
  ])(
    "%s is refused as a whole",
    async (_, archive, code, message) => {
      await expect(readArchive(archive(), "", "")).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      });
    },
    60_000,
  );

  const zeros = Buffer.alloc(LIMITS.fileBytes);
  const bombs = ["1.yml", "2.yml", "3.yml"].map((name): ZipEntry => ({ name, text: zeros }));
  test.each<[string, Buffer, ConstructorParameters<typeof Gatherer>[0], RegExp]>([
    ["files that are no text unpack to too much", zipOf(bombs), { unpackedBytes: 2 << 20 }, /unpacks to more/],
    [
      "files with wrong checksums unpack to too much",
      zipOf(bombs.map((one) => ({ ...one, hasWrongChecksum: true }))),
      { unpackedBytes: 2 << 20 },
      /unpacks to more/,
    ],
    ["folders are too many", zipOf([good, { name: "a/" }, { name: "b/" }]), { entries: 2 }, /more than 2 entries/],
    ["a zip takes too long", zipOf([good]), { readMs: -1 }, /takes longer/],
    ["a tar takes too long", gzipSync(tarOf([{ name: "x.yml" }])), { readMs: -1 }, /takes longer/],
  ])("whose %s is given up", async (_, archive, limits, message) => {
    const read = readArchive(archive, "", "", new Gatherer(limits));
    await expect(read).rejects.toMatchObject({ code: "too_large", message: expect.stringMatching(message) });
  });

  it("answers any bytes with rules or an error that a person understands", async () => {
    const zip = zipOf([good, { name: "b.yml", text: ruleText(2) }]);
    const damage = fc.tuple(fc.nat(zip.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 12 }), async (damages) => {
        const broken = Buffer.from(zip);
        for (const [at, byte] of damages) broken[at] = byte;
        await readArchive(broken, "", "").catch((error: unknown) => expect(error).toBeInstanceOf(AppError));
      }),
      { numRuns: 200 },
    );
  });
});

const tooMuch = (): ZipEntry[] =>
  Array.from({ length: 33 }, (_, n) => ({ name: `${n}.yml`, text: " ".repeat(LIMITS.fileBytes) }));
const tooMany = (): ZipEntry[] => Array.from({ length: LIMITS.files + 1 }, (_, n) => ({ name: `${n}.yml` }));

/** One entry that nobody wants, of more than a gigabyte, in about a megabyte. */
function gzipBomb(): Buffer {
  const header = tarOf([{ name: "zeros.bin" }]).subarray(0, 512);
  header.write("77777777777\0", 124);
  header.write("        ", 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return Buffer.concat([gzipSync(header), ...Array<Buffer>(17).fill(gzipSync(Buffer.alloc(64 << 20)))]);
}
