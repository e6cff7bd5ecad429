import i18next, { type BackendModule, type ReadCallback } from "i18next";
import { initReactI18next } from "react-i18next";
import { unsteered } from "../../src/kernel/steering.ts";

export type Language = "ja" | "en";
export const LANGUAGES: readonly Language[] = ["ja", "en"];

const STORED = "yagura.language";
const files = import.meta.glob<{ default: Record<string, unknown> }>("../locales/*/*.json");

/** One file per language and area, fetched when an area is first shown. */
const backend: BackendModule = {
  type: "backend",
  init: () => undefined,
  read(language: string, namespace: string, done: ReadCallback) {
    const load = files[`../locales/${language}/${namespace}.json`];
    if (!load) return done(new Error(`no text file ${language}/${namespace}`), false);
    load().then(
      (file) => done(null, file.default),
      (error: unknown) => done(error instanceof Error ? error : new Error(String(error)), true),
    );
  },
};

export async function startI18n(): Promise<void> {
  i18next.on("languageChanged", (language) => {
    document.documentElement.lang = language;
  });
  await i18next
    .use(backend)
    .use(initReactI18next)
    .init({
      lng: preferredLanguage(),
      fallbackLng: false,
      ns: ["shell"],
      defaultNS: "shell",
      // React escapes markup; what steers the eye is taken out of values before they are part of a sentence.
      interpolation: { escape: unsteered },
      react: { useSuspense: false },
      returnNull: false,
    });
}

/** For a route's loader: the texts are there before the page is drawn. */
export const loadTexts =
  (...areas: readonly string[]) =>
  (): Promise<void> =>
    i18next.loadNamespaces([...areas]);

export async function changeLanguage(language: Language): Promise<void> {
  keep(language);
  await i18next.changeLanguage(language);
}

export const currentLanguage = (): Language => (i18next.language === "en" ? "en" : "ja");

export const hasChosenLanguage = (): boolean => readKept() !== undefined;

function preferredLanguage(): Language {
  const stored = readKept();
  if (stored) return stored;
  return navigator.languages.some((tag) => tag.toLowerCase().startsWith("ja")) ? "ja" : "en";
}

function readKept(): Language | undefined {
  try {
    return LANGUAGES.find((language) => language === localStorage.getItem(STORED));
  } catch {
    return undefined;
  }
}

function keep(language: Language): void {
  try {
    localStorage.setItem(STORED, language);
  } catch {
    // Storage may be forbidden; the account keeps the language too.
  }
}
