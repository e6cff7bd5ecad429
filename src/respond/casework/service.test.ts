import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ctx } from "../../organization/access/index.ts";
import { openRespondHouse, type RespondHouse } from "../testing.ts";
import { EvidenceUpload, TaskInput } from "./contract.ts";
import {
  type CaseDeps,
  deleteEvidence,
  fatesOfEvidence,
  handOverEvidence,
  listEvidence,
  readEvidence,
  takeEvidence,
  uploadEvidence,
} from "./evidence.ts";
import { MAX_UPLOADS, openEvidenceFiles } from "./evidence-files.ts";
import { dispositionOf } from "./evidence-routes.ts";
import { addNote, listNotes, listVersions, readNote, readVersion, saveNote } from "./notes.ts";
import { readSimilar } from "./similar.ts";
import { addTask, changeTask, listTasks, moveTask } from "./tasks.ts";

let house: RespondHouse;
let folder: string;
let deps: CaseDeps;
beforeAll(async () => {
  house = await openRespondHouse();
  folder = await mkdtemp(join(tmpdir(), "yagura-evidence-"));
  deps = { ...house.deps, files: openEvidenceFiles(folder) };
});
afterAll(async () => {
  await house?.close();
  await rm(folder, { recursive: true, force: true });
});

describe("Tasks", () => {
  it("have an owner, a due date and an order; the second of two changes hears of the first", async () => {
    const ctx = await house.at(5);
    const { id } = await house.incident();
    const add = (title: string) => addTask(ctx, { id, ...TaskInput.parse({ title, ownerId: "person_花子" }) }, deps);
    await add("証拠保全");
    const { items } = await add("経営層に報告");
    expect(items).toMatchObject([
      { title: "証拠保全", owner: { name: "花子" }, state: "todo" },
      { title: "経営層に報告" },
    ]);
    const [first, second] = items;
    if (!first || !second) throw new Error("two tasks were expected");
    const done = await changeTask(ctx, { id, taskId: first.id, version: 1, change: { state: "done" } }, deps);
    expect(done.items[0]).toMatchObject({ version: 2, state: "done", doneAt: ctx.now().toISOString() });
    const late = changeTask(ctx, { id, taskId: first.id, version: 1, change: { title: "x" } }, deps);
    await expect(late).rejects.toMatchObject({ code: "conflict", detail: { current: { state: "done" } } });
    const moved = await moveTask(ctx, { id, taskId: second.id, direction: "up" });
    expect(moved.items.map(({ title }) => title)).toEqual(["経営層に報告", "証拠保全"]);
    expect((await moveTask(ctx, { id, taskId: second.id, direction: "up" })).items).toEqual(moved.items);
  });

  it("are given to those alone who may work on the incident", async () => {
    const { id } = await house.incident();
    const barred = { ...deps, mayWork: async () => false };
    const input = { id, ...TaskInput.parse({ title: "x", ownerId: "person_花子" }) };
    await expect(addTask(await house.at(5), input, barred)).rejects.toMatchObject({ code: "invalid" });
  });

  it("of another incident are not there", async () => {
    const ctx = await house.at(5);
    const [a, b] = [await house.incident(), await house.incident()];
    const { items } = await addTask(ctx, { id: a.id, ...TaskInput.parse({ title: "x" }) }, deps);
    const input = { id: b.id, taskId: items[0]?.id ?? "" };
    await expect(moveTask(ctx, { ...input, direction: "up" })).rejects.toMatchObject({ code: "not_found" });
    expect((await listTasks(ctx, b.id)).items).toEqual([]);
  });
});

describe("Notes", () => {
  it("are never overwritten unseen: the later of two savers gets the other text, and every version is kept", async () => {
    const ctx = await house.at(5);
    const { id } = await house.incident();
    const note = await addNote(ctx, { id, title: "調査", body: "一行目" });
    const hanako = await house.at(6, { person: "花子" });
    await saveNote(hanako, { id, noteId: note.id, version: 1, title: "調査", body: "花子の文" });
    const mine = saveNote(ctx, { id, noteId: note.id, version: note.version, title: "調査", body: "太郎の文" });
    await expect(mine).rejects.toMatchObject({
      code: "conflict",
      detail: { current: { version: 2, body: "花子の文", changedBy: "花子" } },
    });
    await saveNote(ctx, { id, noteId: note.id, version: 2, title: "調査", body: "二人の文" });
    expect(await readNote(ctx, { id, noteId: note.id })).toMatchObject({ version: 3, body: "二人の文" });
    const { rows } = await house.state.db.execute(sql`SELECT body FROM case_note_version ORDER BY version`);
    expect(rows.map(({ body }) => body)).toEqual(["一行目", "花子の文", "二人の文"]);
    expect((await listNotes(ctx, id)).items).toMatchObject([{ title: "調査", version: 3 }]);
    const { items } = await listVersions(ctx, { id, noteId: note.id });
    expect(items.map(({ version, by }) => [version, by])).toEqual([
      [3, "太郎"],
      [2, "花子"],
      [1, "太郎"],
    ]);
    expect(await readVersion(ctx, { id, noteId: note.id, version: 2 })).toMatchObject({ body: "花子の文" });
    const other = await house.incident();
    await expect(listVersions(ctx, { id: other.id, noteId: note.id })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("Evidence", () => {
  const BYTES = Buffer.from("MZ\0 not a program");
  const SHA = createHash("sha256").update(BYTES).digest("hex");
  async function* read() {
    yield BYTES.subarray(0, 4);
    yield BYTES.subarray(4);
  }
  const upload = async (id: string, key: string, more: Record<string, unknown> = {}) =>
    uploadEvidence(
      await house.at(5),
      { id, read, ...EvidenceUpload.parse({ key, name: "malware.exe", bytes: BYTES.length, ...more }) },
      deps,
    );

  /** Deletes from a closed incident. */
  const deletedBy = async (ctx: Ctx, wish: Parameters<typeof deleteEvidence>[1]) => {
    await house.state.db.execute(
      sql`UPDATE incident SET status = 'closed', closing_reason = 'x', closed_at = now() WHERE id = ${wish.id}`,
    );
    return await deleteEvidence(ctx, wish, deps);
  };

  it("is hashed on its way in; the same key again is the same file and is not read", async () => {
    const { id } = await house.incident();
    const first = await upload(id, "key-00001");
    expect(first).toMatchObject({ sha256: SHA, bytes: BYTES.length, holder: { name: "太郎" }, custodyCount: 1 });
    const again = uploadEvidence(
      await house.at(6),
      {
        id,
        read: () => {
          throw new Error("read again");
        },
        ...EvidenceUpload.parse({ key: "key-00001", name: "malware.exe", bytes: BYTES.length }),
      },
      deps,
    );
    expect((await again).id).toBe(first.id);
    await expect(upload(id, "key-00001", { bytes: 3 })).rejects.toMatchObject({ code: "conflict" });
    expect((await listEvidence(await house.at(6), id)).items).toHaveLength(1);
  });

  it("that arrives in part is refused and leaves nothing on the disk", async () => {
    const { id } = await house.incident();
    const before = await readdir(folder);
    await expect(upload(id, "key-00002", { bytes: BYTES.length + 1 })).rejects.toMatchObject({ code: "invalid" });
    expect(await readdir(folder)).toEqual(before);
  });

  it("changes hands with a reason and a fresh hash, is taken, and is deleted with a record that stays", async () => {
    const ctx = await house.at(7);
    const { id } = await house.incident();
    const { id: evidenceId } = await upload(id, "key-00003");
    const over = { id, evidenceId, toId: "person_花子", reason: "解析のため" };
    const handed = await handOverEvidence(ctx, { ...over, after: 1 }, deps);
    expect(handed).toMatchObject({ holder: { name: "花子" }, custodyCount: 2 });
    expect(handed.custody[1]).toMatchObject({ kind: "handed-over", reason: "解析のため", sha256: SHA });
    await expect(handOverEvidence(ctx, { ...over, after: 1 }, deps)).rejects.toMatchObject({ code: "conflict" });
    const taken = await takeEvidence(await house.at(8, { role: "auditor" }), { id, evidenceId }, deps);
    expect(await buffer(taken.stream)).toEqual(BYTES);
    const gone = await deletedBy(await house.at(9, { person: "花子" }), {
      id,
      evidenceId,
      reason: "保管期限",
      after: 3,
    });
    expect(gone).toMatchObject({ isDeleted: true, sha256: SHA, holder: { name: "花子" } });
    expect(gone.custody.map(({ kind }) => kind)).toEqual(["received", "handed-over", "downloaded", "deleted"]);
    expect(await readdir(folder)).not.toContain(evidenceId);
    await expect(takeEvidence(ctx, { id, evidenceId }, deps)).rejects.toMatchObject({ code: "conflict" });
    await expect(house.state.db.execute(sql`UPDATE case_custody SET reason = ''`)).rejects.toThrow();
    await expect(house.state.db.execute(sql`DELETE FROM case_evidence`)).rejects.toThrow();
  });

  it("whose bytes were changed on the disk is handed over with the hash of what they are now", async () => {
    const { id } = await house.incident();
    const { id: evidenceId } = await upload(id, "key-00004");
    await writeFile(join(folder, evidenceId), "tampered");
    const input = { id, evidenceId, toId: "person_花子", reason: "x", after: 1 };
    const { custody } = await handOverEvidence(await house.at(7), input, deps);
    expect(custody[1]?.sha256).toBe(createHash("sha256").update("tampered").digest("hex"));
  });

  it("is handed over by who has it, or taken over by who wants it; a token moves and deletes nothing", async () => {
    const { id } = await house.incident();
    const { id: evidenceId } = await upload(id, "key-00006");
    const hanako = await house.at(8, { person: "花子" });
    const jiro = await house.at(8, { person: "次郎" });
    const over = { id, evidenceId, reason: "解析", after: 1 };
    await expect(handOverEvidence(jiro, { ...over, toId: "person_花子" }, deps)).rejects.toMatchObject({
      code: "conflict",
    });
    const token = { ...jiro, actor: { ...jiro.actor, kind: "token" as const } };
    await expect(handOverEvidence(token, { ...over, toId: "me" }, deps)).rejects.toMatchObject({ code: "invalid" });
    await expect(deleteEvidence(token, over, deps)).rejects.toMatchObject({ code: "invalid" });
    const taken = await handOverEvidence(hanako, { ...over, toId: "me" }, deps);
    expect(taken).toMatchObject({ holder: { name: "花子" }, custodyCount: 2 });
  });

  it("is not deleted while its incident is open, nor by who does not have it", async () => {
    const { id } = await house.incident();
    const { id: evidenceId } = await upload(id, "key-00007");
    const wish = { id, evidenceId, reason: "不要", after: 1 };
    await expect(deleteEvidence(await house.at(8), wish, deps)).rejects.toMatchObject({ code: "conflict" });
    const hanako = await house.at(8, { person: "花子" });
    await expect(deletedBy(hanako, wish)).rejects.toMatchObject({ code: "conflict" });
    expect(await readdir(folder)).toContain(evidenceId);
    expect(await deletedBy(await house.at(8), wish)).toMatchObject({ isDeleted: true });
  });

  it("shows of a long chain the first and the newest entries in a list, and the whole when asked", async () => {
    const ctx = await house.at(8);
    const { id } = await house.incident();
    const { id: evidenceId } = await upload(id, "key-00008");
    for (let times = 0; times < 5; times += 1) {
      const { stream } = await takeEvidence(ctx, { id, evidenceId }, deps);
      await buffer(stream);
    }
    const [listed] = (await listEvidence(ctx, id)).items;
    expect(listed?.custody.map(({ number }) => number)).toEqual([1, 4, 5, 6]);
    expect((await readEvidence(ctx, { id, evidenceId })).custody).toHaveLength(6);
  });

  it("that the database does not know is set aside and comes back when it does; only deleted and half files go", async () => {
    const { id } = await house.incident();
    const { id: evidenceId } = await upload(id, "key-00005");
    const { id: goneId } = await upload(id, "key-00009");
    await deletedBy(await house.at(8), { id, evidenceId: goneId, reason: "x", after: 1 });
    await writeFile(join(folder, goneId), "left by a crash");
    await writeFile(join(folder, "left.part"), "x");
    const warned: unknown[] = [];
    const log = { warn: (...said: unknown[]) => void warned.push(said) };
    // The database of yesterday: it knows of nothing.
    await deps.files.sweep({ fatesOf: async () => new Map(), log });
    expect((await readdir(folder)).filter((name) => name !== "orphans")).toEqual([]);
    expect(await readdir(join(folder, "orphans"))).toEqual(expect.arrayContaining([evidenceId, goneId]));
    expect(JSON.stringify(warned)).toContain(evidenceId);
    await deps.files.sweep({ fatesOf: (ids) => fatesOfEvidence(house.state.db, ids), log });
    expect(await readdir(folder)).toContain(evidenceId);
    expect(await readdir(folder)).not.toContain(goneId);
    await writeFile(join(folder, goneId), "left by a crash");
    await deps.files.sweep({ fatesOf: (ids) => fatesOfEvidence(house.state.db, ids), log });
    expect(await readdir(folder)).not.toContain(goneId);
  });

  it("takes no more than its bounds: of files at once, and of room that others were promised", async () => {
    const files = openEvidenceFiles(join(folder, "bounds"));
    const waiting = Promise.withResolvers<void>();
    async function* slow(): AsyncGenerator<Buffer> {
      await waiting.promise;
      yield Buffer.from("x");
    }
    const huge = files.receive(slow(), 0);
    const others = Array.from({ length: MAX_UPLOADS - 1 }, () => files.receive(slow(), 1));
    await expect(files.receive(slow(), 1)).rejects.toMatchObject({ code: "over_limit" });
    waiting.resolve();
    for (const received of await Promise.all([huge, ...others])) await files.drop(received);
    const { bavail, blocks, bsize } = await statfs(folder);
    // More than half of what is free beyond the reserve: one fits, two do not.
    const most = (bavail - blocks * 0.05) * bsize * 1.2;
    const again = Promise.withResolvers<void>();
    const first = files.receive(
      (async function* () {
        await again.promise;
        yield Buffer.from("x");
      })(),
      Math.floor(most / 2),
    );
    await expect(files.receive(slow(), Math.floor(most / 2))).rejects.toMatchObject({ code: "unavailable" });
    again.resolve();
    await files.drop(await first);
  });

  it.each([
    ["証拠.bin", "attachment; filename=\"__.bin\"; filename*=UTF-8''%E8%A8%BC%E6%8B%A0.bin"],
    ['a"b/../c.txt', "attachment; filename=\"a_b_.._c.txt\"; filename*=UTF-8''a%22b%2F..%2Fc.txt"],
  ])("is offered as a file by the name %s", (name, header) => {
    expect(dispositionOf(name)).toBe(header);
  });
});

describe("Similar incidents", () => {
  it("share hosts, people or addresses; what the reader may not see is neither compared nor told", async () => {
    const ctx = await house.at(9);
    const a = await house.incident("unit_osaka", "SRV-SIMILAR");
    const b = await house.incident("unit_osaka", "srv-similar");
    const c = await house.incident("unit_kyoto", "srv-similar");
    const { items, compared } = await readSimilar(ctx, a.id);
    expect(compared).toBeGreaterThan(0);
    expect(
      items
        .slice(0, 2)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual([b.id, c.id].toSorted());
    expect(items[0]?.shared[0]).toEqual({ kind: "host", value: "srv-similar" });
    const osaka = await house.at(9, { units: ["unit_osaka"] });
    expect((await readSimilar(osaka, a.id)).items.map(({ id }) => id)).not.toContain(c.id);
    const incidentsOnly = await house.at(9, { units: [] });
    await expect(readSimilar(incidentsOnly, a.id)).rejects.toMatchObject({ code: "not_found" });
  });
});
