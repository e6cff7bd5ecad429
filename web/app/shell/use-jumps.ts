import { useNavigate } from "@tanstack/react-router";
import { useKeys } from "../../ui/keys.ts";
import type { NavEntry } from "./nav.ts";

/** `g` and a letter go to a page. */
export function useJumps(entries: readonly NavEntry[]): void {
  const navigate = useNavigate();
  useKeys(Object.fromEntries(entries.map(({ jump, to }) => [`g ${jump}`, () => void navigate({ to })])));
}
