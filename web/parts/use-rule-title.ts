import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { ruleTitlesQuery } from "../api/rules.ts";
import { currentLanguage } from "../app/i18n.ts";

/** The title of a rule in the reader's language, or its own where it has no other. */
export function useRuleTitle(): (rule: { readonly id: string; readonly title: string }) => string {
  const isJapanese = currentLanguage() === "ja";
  const { data } = useQuery({ ...ruleTitlesQuery, enabled: isJapanese });
  const titles = isJapanese ? data?.ja : undefined;
  return useCallback(({ id, title }) => titles?.[id] ?? title, [titles]);
}
