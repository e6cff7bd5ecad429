import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { hashSecret, newSecret, readOrCreateKey } from "./index.ts";
import { createPasswordHasher, DEFAULT_COST } from "./password-hash.ts";

const CHEAP = { n: 2 ** 10, r: 8, p: 1 };

describe("A stored password", () => {
  const hasher = createPasswordHasher(CHEAP);

  test.each(["correct horse battery", "パスワードは長いほど良い", "𠮷".repeat(12), " spaces at both ends "])(
    "is known again: %s",
    async (password) => {
      const stored = await hasher.hash(password);
      expect(stored).not.toContain(password);
      expect(await hasher.verify(stored, password)).toBe(true);
      expect(await hasher.verify(stored, `${password}x`)).toBe(false);
      expect(await hasher.hash(password)).not.toBe(stored);
    },
  );

  it("is the same one when another keyboard composes its letters differently", async () => {
    expect(await hasher.verify(await hasher.hash("ガギグ-カフェ-12345"), "ガギグ-カフェ-12345".normalize("NFD"))).toBe(
      true,
    );
  });

  it("keeps the cost it was made with, so that the cost may rise later", async () => {
    const old = await hasher.hash("an old password");
    expect(old.startsWith("scrypt$1024$8$1$")).toBe(true);
    expect(await createPasswordHasher({ n: 2 ** 11, r: 8, p: 1 }).verify(old, "an old password")).toBe(true);
  });

  it("costs at least what OWASP asks for", () => {
    expect(DEFAULT_COST).toEqual({ n: 32_768, r: 8, p: 3 });
  });

  it("that is no hash of ours is never right and never throws", async () => {
    const broken = fc.oneof(fc.string(), fc.constant("scrypt$0$8$1$aa$bb"), fc.constant("scrypt$x$y$z$a$b"));
    await fc.assert(fc.asyncProperty(broken, async (stored) => (await hasher.verify(stored, "anything")) === false));
  });

  it("is refused when too many wait, instead of taking all memory", async () => {
    const many = await Promise.allSettled(Array.from({ length: 60 }, () => hasher.hash("one of a flood")));
    const refused = many.filter((result) => result.status === "rejected");
    expect(refused).toHaveLength(60 - 2 - 32);
    expect(refused[0]).toMatchObject({ reason: { code: "over_limit" } });
    expect(await hasher.verify(await hasher.hash("after the flood"), "after the flood")).toBe(true);
  });
});

describe("A secret that is shown once", () => {
  it("is new each time and stored as a hash", () => {
    const [one, other] = [newSecret("ygr_"), newSecret("ygr_")];
    expect(one).not.toBe(other);
    expect(one).toMatch(/^ygr_[A-Za-z0-9_-]{43}$/);
    expect(hashSecret(one)).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });
});

describe("The key file", () => {
  it("is made once, for the owner alone, and refused when it was damaged", async () => {
    const directory = await mkdtemp(join(tmpdir(), "yagura-key-"));
    const file = join(directory, "auth.key");
    const [first, second] = await Promise.all([readOrCreateKey(file), readOrCreateKey(file)]);
    expect(second).toBe(first);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file, "utf8")).trim()).toBe(first);
    await chmod(file, 0o600);
    await writeFile(file, "damaged");
    await expect(readOrCreateKey(file)).rejects.toThrow(/does not hold a key/);
    await rm(directory, { recursive: true });
  });
});
