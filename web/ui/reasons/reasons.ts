import { useSyncExternalStore } from "react";
import { currentLanguage } from "../../app/i18n.ts";
import type { Translate } from "./sentences.ts";

let translate: Translate | undefined;
let loading: Promise<void> | undefined;
const listeners = new Set<() => void>();

/** Brings the Japanese sentences, once, when a reason is first shown in Japanese. It never fails: without them the English stays. */
export function loadReasons(): Promise<void> {
  if (currentLanguage() !== "ja") return Promise.resolve();
  loading ??= import("./japanese.ts").then(
    ({ inJapanese }) => use(inJapanese),
    () => use(() => undefined),
  );
  return loading;
}

/** A server's reason in the reader's language. Nothing while its sentences are on their way, the English when it has none. */
export function useReason(): (english: string) => string {
  useSyncExternalStore(subscribe, () => translate);
  return reasonOf;
}

function reasonOf(english: string): string {
  if (currentLanguage() !== "ja" || english === "") return english;
  if (translate) return translate(english) ?? english;
  void loadReasons();
  return "";
}

function use(made: Translate): void {
  translate = made;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
