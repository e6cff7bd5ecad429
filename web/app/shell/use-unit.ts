import { useQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { meQuery, type VisibleUnit } from "../../api/session.ts";
import { currentLanguage } from "../i18n.ts";

export type UnitChoice = {
  /** The unit chosen in the header, "" = everything one may see. */
  readonly unit: string;
  /** The chosen unit and all below it, for lists that take single ids; undefined = no restriction. */
  readonly subtree: string | undefined;
  readonly units: readonly VisibleUnit[];
  nameOf(id: string): string;
};

const NONE: readonly VisibleUnit[] = [];

/** The unit switcher's choice, which lives in the address, and the names of all units one may see. */
export function useUnit(): UnitChoice {
  const { data: me } = useQuery(meQuery);
  const { unit = "" } = useSearch({ strict: false });
  const units = me?.units ?? NONE;
  const language = currentLanguage();
  return useMemo(() => {
    const names = new Map(units.map(({ id, name }) => [id, name[language] || name.ja || name.en]));
    return {
      unit,
      subtree: unit === "" ? undefined : [...subtreeOf(unit, units)].join(","),
      units,
      nameOf: (id) => names.get(id) ?? id,
    };
  }, [unit, units, language]);
}

function subtreeOf(root: string, units: readonly VisibleUnit[]): Set<string> {
  const ids = new Set([root]);
  // Parents come before their children in the list.
  for (const { id, parentId } of units) if (parentId !== null && ids.has(parentId)) ids.add(id);
  return ids;
}
