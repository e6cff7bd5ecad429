import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openRespondHouse, type RespondHouse } from "../testing.ts";
import { EvidenceUpload, TaskInput } from "./contract.ts";
import {
  type CaseDeps,
  deleteEvidence,
  handOverEvidence,
  keptEvidence,
  listEvidence,
  takeEvidence,
  uploadEvidence,
} from "./evidence.ts";
import { openEvidenceFiles } from "./evidence-files.ts";
import { dispositionOf } from "./evidence-routes.ts";
import { addNote, listNotes, readNote, saveNote } from "./notes.ts";
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
    const gone = await deleteEvidence(ctx, { id, evidenceId, reason: "保管期限", after: 3 }, deps);
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

  it("of an interrupted upload or deletion is swept away, what is kept stays", async () => {
    const { id } = await house.incident();
    const { id: evidenceId } = await upload(id, "key-00005");
    await writeFile(join(folder, "left.part"), "x");
    await writeFile(join(folder, "evidence_unknown"), "x");
    await deps.files.sweep((ids) => keptEvidence(house.state.db, ids));
    const left = await readdir(folder);
    expect(left).toContain(evidenceId);
    expect(left).not.toContain("left.part");
    expect(left).not.toContain("evidence_unknown");
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
