import { readdirSync, readFileSync } from "node:fs";

const LOCALES = new URL("../../web/locales/", import.meta.url);

export const LANGUAGES = ["ja", "en"] as const;
export type Language = (typeof LANGUAGES)[number];
export type Texts = (key: string, values?: Readonly<Record<string, string | number>>) => string;

/**
 * The app's own texts, so that tests name things as people see them: `t("search:query.label")`. With `count` the plural form
 * is chosen as the app does. Throws on a key that is not there: a test must not look for an empty name.
 */
export function textsOf(language: Language): Texts {
  const files = readdirSync(new URL(`${language}/`, LOCALES)).map(
    (name) =>
      [name.replace(".json", ""), JSON.parse(readFileSync(new URL(`${language}/${name}`, LOCALES), "utf8"))] as const,
  );
  const areas = new Map<string, unknown>(files);
  const plurals = new Intl.PluralRules(language);
  return (key, values = {}) => {
    const [area = "", path = ""] = key.split(":");
    const form = typeof values.count === "number" ? plurals.select(values.count) : "other";
    const text = at(areas.get(area), path) ?? at(areas.get(area), `${path}_${form}`);
    if (text === undefined) throw new Error(`there is no ${language} text ${key}`);
    return text.replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => String(values[name] ?? ""));
  };
}

function at(tree: unknown, path: string): string | undefined {
  let found = tree;
  for (const name of path.split(".")) {
    if (typeof found !== "object" || found === null) return undefined;
    found = Object.getOwnPropertyDescriptor(found, name)?.value;
  }
  return typeof found === "string" ? found : undefined;
}
