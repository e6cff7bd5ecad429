import type { Encoding } from "../../kernel/encoding/contract.ts";
import { AppError } from "../../kernel/errors.ts";
import type { Ctx } from "../../organization/access/index.ts";
import { type AutomaticSource, automaticSource, cleanLine, isNamable, type Origin, otherSource } from "./automatic.ts";
import { MAX_AUTOMATIC_SOURCES } from "./contract.ts";
import { compileMatchers, type Sender } from "./match.ts";
import type { StoredSource } from "./schema.ts";
import { insertAutomatic, readSources } from "./store.ts";

type ResolvedSource = {
  readonly sourceId: string;
  readonly unitId: string;
  /** "auto" or a pinned parser. */
  readonly format: string;
  readonly timeZone?: string;
  readonly encoding?: Encoding;
};

export type ResolverDeps = {
  /** Yagura's own context: automatic sources are its doing. */
  readonly system: () => Promise<Ctx>;
  /** Where senders without a unit belong. Undefined until the group is set up. */
  readonly rootUnitId: () => Promise<string | undefined>;
  readonly now: () => number;
  /** Seconds after which the table is read again, because another node may have changed it. */
  readonly rereadSeconds?: number;
  /** Automatic sources before senders share "other senders". */
  readonly maxAutomatic?: number;
};

export type SourceResolver = {
  /**
   * Which source, unit and parser a sender's events belong to. In memory for known senders; an unknown one gets a source
   * of its own. Errors: `forbidden` when its source is switched off or archived, `unavailable` before the group is set up.
   */
  resolve(origin: Origin): Promise<ResolvedSource>;
  /** The id of the source that the sender has already, from memory; undefined = it is new. */
  known(origin: Origin): string | undefined;
  /** Reads the table again; call it after each change of a source. */
  refresh(): Promise<void>;
  /** All sources as of the latest reading, by id. */
  sources(): ReadonlyMap<string, StoredSource>;
  automaticCount(): number;
};

type View = {
  readonly byId: ReadonlyMap<string, StoredSource>;
  readonly byToken: ReadonlyMap<string, StoredSource>;
  readonly byUnitAndName: ReadonlyMap<string, StoredSource>;
  readonly match: (sender: Sender) => StoredSource | undefined;
  readonly readAtMs: number;
};

const REREAD_SECONDS = 30;
const PEER_CACHE = 10_000;

export async function openSourceResolver(deps: ResolverDeps): Promise<SourceResolver> {
  const maxAutomatic = deps.maxAutomatic ?? MAX_AUTOMATIC_SOURCES;
  /** Made here but not yet in the table: the state engine may be away, and no event waits for it. */
  const unsaved = new Map<string, AutomaticSource>();
  const matched = new Map<string, StoredSource | undefined>();
  let view = await read();
  /** As last asked; senders of a unit of their own do not need it. */
  let rootId = "";
  let rereading: Promise<void> | undefined;
  let saving: Promise<void> | undefined;

  async function read(): Promise<View> {
    const ctx = await deps.system();
    const view = viewOf(await readSources(ctx.state), deps.now());
    matched.clear();
    return view;
  }
  const refresh = async (): Promise<void> => {
    await saveUnsaved();
    view = await read();
  };
  /** In the background: the answer at hand is good enough, and a failure shows at the next write. */
  const rereadWhenOld = (): void => {
    if (rereading || deps.now() - view.readAtMs < (deps.rereadSeconds ?? REREAD_SECONDS) * 1000) return;
    rereading = refresh()
      .catch((err: unknown) =>
        deps.system().then((ctx) => ctx.log.warn({ err }, "the sources could not be read again")),
      )
      .finally(() => {
        view = { ...view, readAtMs: deps.now() };
        rereading = undefined;
      });
  };

  async function saveUnsaved(): Promise<void> {
    const made = [...unsaved.values()];
    if (made.length === 0) return;
    const ctx = await deps.system();
    const entry = {
      action: "source.discover",
      target: { kind: "source", id: made[0]?.id ?? "" },
      detail: { sources: made.length, names: made.slice(0, 10).map(({ name }) => name) },
    };
    await ctx.change(entry, (tx) => insertAutomatic(tx, made, ctx.now()));
    for (const { id } of made) unsaved.delete(id);
  }

  const automaticCount = (): number =>
    [...view.byId.values()].filter((row) => row.isAutomatic && row.archivedAt === null).length + unsaved.size;

  async function automatic(origin: Origin): Promise<ResolvedSource> {
    const unitId = origin.unitId ?? (await deps.rootUnitId());
    rootId = origin.unitId === undefined ? (unitId ?? "") : rootId;
    if (unitId === undefined) throw new AppError("unavailable", "The group is not set up yet: open the web app first.");
    const own = automaticSource(origin, unitId);
    const known = view.byId.get(own.id);
    if (known && known.archivedAt === null) return answer(known);
    const pending = unsaved.get(own.id);
    if (pending) return plain(pending);
    const isFull = known !== undefined || automaticCount() >= maxAutomatic;
    const made = isFull ? otherSource(unitId) : own;
    const shared = view.byId.get(made.id);
    if (shared && shared.archivedAt === null) return answer(shared);
    unsaved.set(made.id, made);
    saving ??= saveAll().finally(() => {
      saving = undefined;
    });
    await saving;
    return plain(made);
  }

  /**
   * A burst of new senders shares few writes. The id follows from the sender, so the events are right whether or not the
   * row could be written now.
   */
  async function saveAll(): Promise<void> {
    try {
      while (unsaved.size > 0) await refresh();
    } catch (error) {
      if (!(error instanceof AppError && error.code === "unavailable")) throw error;
    }
  }

  const matchOf = (origin: Origin): StoredSource | undefined => {
    const key = `${origin.transport}\0${origin.peer}\0${origin.peerName ?? ""}\0${origin.hostName ?? ""}`;
    if (matched.has(key)) return matched.get(key);
    if (matched.size >= PEER_CACHE) matched.clear();
    const found = view.match(origin);
    matched.set(key, found);
    return found;
  };

  /** The source that somebody registered for this sender. Who may send for one unit reaches no other's source by it. */
  function registered(origin: Origin): StoredSource | undefined {
    const { tokenId, sourceName, sourceId, unitId } = origin;
    if (sourceName !== undefined) {
      const name = cleanLine(sourceName);
      return isNamable(name) ? view.byUnitAndName.get(`${unitId ?? rootId}\0${name}`) : undefined;
    }
    const named = sourceId === undefined ? undefined : view.byId.get(sourceId);
    if (named && (tokenId === undefined || named.tokenId === tokenId || named.unitId === unitId)) return named;
    if (tokenId !== undefined) return view.byToken.get(tokenId);
    const matching = matchOf(origin);
    return unitId === undefined || matching?.unitId === unitId ? matching : undefined;
  }

  return {
    async resolve(origin) {
      rereadWhenOld();
      if (origin.unitId === undefined && origin.sourceName !== undefined) rootId = (await deps.rootUnitId()) ?? "";
      const known = registered(origin);
      return known ? answer(known) : await automatic(origin);
    },
    known(origin) {
      const unitId = origin.unitId ?? rootId;
      const row = registered(origin) ?? view.byId.get(automaticSource(origin, unitId).id);
      if (row && row.archivedAt === null) return row.id;
      const made = [automaticSource(origin, unitId).id, otherSource(unitId).id];
      return made.find((id) => unsaved.has(id) || view.byId.get(id)?.archivedAt === null);
    },
    refresh,
    sources: () => view.byId,
    automaticCount,
  };
}

function viewOf(rows: readonly StoredSource[], readAtMs: number): View {
  const live = rows.filter((row) => row.archivedAt === null);
  return {
    readAtMs,
    byId: new Map(rows.map((row) => [row.id, row])),
    byToken: new Map(
      rows.flatMap((row): [string, StoredSource][] => (row.tokenId === null ? [] : [[row.tokenId, row]])),
    ),
    // What a person registered stands above what was found under the same name before.
    byUnitAndName: new Map(
      live
        .toSorted((a, b) => Number(b.isAutomatic) - Number(a.isAutomatic))
        .map((row) => [`${row.unitId}\0${row.name}`, row]),
    ),
    match: compileMatchers(
      live.map((row) => ({
        owner: row,
        pattern: {
          transport: row.matchTransport ?? undefined,
          peer: row.matchPeer ?? undefined,
          hostName: row.matchHostName ?? undefined,
        },
      })),
    ),
  };
}

function answer(row: StoredSource): ResolvedSource {
  if (row.archivedAt !== null || !row.isEnabled) {
    throw new AppError("forbidden", "This source is switched off: its events are not taken.", { sourceId: row.id });
  }
  const { id, unitId, format, timeZone, encoding } = row;
  return {
    ...{ sourceId: id, unitId, format },
    ...(timeZone !== "" && { timeZone }),
    ...(encoding !== "auto" && { encoding }),
  };
}

const plain = ({ id, unitId }: AutomaticSource): ResolvedSource => ({ sourceId: id, unitId, format: "auto" });
