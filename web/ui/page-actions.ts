import { useEffect, useRef } from "react";

/** What a page offers by key, for the list of keys and the command palette. */
export type PageAction = {
  /** As people press it: `e`, `Shift X`. */
  readonly keys: string;
  readonly label: string;
  /** Absent = it makes sense at the keyboard alone, and is not a command. */
  readonly run?: () => void;
};
type PageActions = { readonly title: string; readonly actions: readonly PageAction[] };

let offered: (() => PageActions) | undefined;

/** What the page that is open offers; undefined where it offers nothing. */
export const pageActions = (): PageActions | undefined => offered?.();

/** Offers actions while the page is shown. */
export function usePageActions(page: PageActions): void {
  const latest = useRef(page);
  latest.current = page;
  useEffect(() => {
    const mine = () => latest.current;
    offered = mine;
    return () => {
      if (offered === mine) offered = undefined;
    };
  }, []);
}
