import type { Me } from "../api/session.ts";
import { changeLanguage, hasChosenLanguage } from "./i18n.ts";

const SCHEME = "mantine-color-scheme-value";

/**
 * On a browser where nothing was chosen yet, the account's language and colors apply. What was chosen here stays: people
 * switch on purpose.
 */
export async function applyPreferences({ person }: Me): Promise<"light" | "dark" | undefined> {
  if (!person) return undefined;
  if (!hasChosenLanguage()) await changeLanguage(person.locale);
  const { theme } = person.preferences;
  return theme === "system" || hasChosenScheme() ? undefined : theme;
}

function hasChosenScheme(): boolean {
  try {
    return localStorage.getItem(SCHEME) !== null;
  } catch {
    return false;
  }
}
