import type { StateDb } from "../../platform/state/index.ts";
import { CUSTOM_PREFIX } from "../parse/index.ts";
import { readPublished } from "./store.ts";

export type ParsersInForce = {
  /** Reads what is published and hands it to the threads, if it has changed; each uses it from its next batch on. */
  refresh(): Promise<void>;
  ids(): readonly string[];
  /** What sources may be pinned to. */
  formats(): readonly string[];
};

type Deps = { readonly state: StateDb; readonly apply: (texts: readonly string[]) => void };

export async function openParsersInForce({ state, apply }: Deps): Promise<ParsersInForce> {
  let ids: readonly string[] = [];
  let applied = "";
  const load = async (): Promise<void> => {
    const published = await readPublished(state);
    ids = published.map(({ id }) => id);
    const texts = published.map(({ text }) => text);
    const together = texts.join("\0");
    if (together === applied) return;
    applied = together;
    apply(texts);
  };
  // One after the other: of two reads at a time the older could be applied last, and nothing would put it right.
  let last = Promise.resolve();
  const refresh = (): Promise<void> => {
    last = last.catch(() => undefined).then(load);
    return last;
  };
  await refresh();
  return { refresh, ids: () => ids, formats: () => ids.map((id) => CUSTOM_PREFIX + id) };
}
