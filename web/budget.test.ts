import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type Rolldown } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Bytes after gzip, from design/ui.md; `request` is as sent without compression. */
const BUDGET = { shell: 190_000, route: 60_000, style: 45_000, request: 2_000_000 } as const;
const LANGUAGES = ["ja", "en"] as const;
const HOME = "pages/home/home-page.tsx";
const SIGN_IN = "pages/account/sign-in/sign-in-page.tsx";
const FRAME = "app/shell/frame.tsx";

type Route = { readonly page: string; readonly areas: readonly string[] };
type Language = (typeof LANGUAGES)[number];

let place: string;
let web: BuiltWeb;
let routes: readonly Route[];

beforeAll(async () => {
  place = await mkdtemp(join(tmpdir(), "yagura-budget-"));
  [web, routes] = await Promise.all([buildWeb(place), routesOf(join(import.meta.dirname, "app"))]);
});
afterAll(() => rm(place, { recursive: true, force: true }));

describe("What a browser must fetch", () => {
  it("is known for every page: the router names them", () => {
    expect(routes.map(({ page }) => page)).toEqual(expect.arrayContaining([HOME, SIGN_IN]));
    expect(routes.length).toBeGreaterThan(15);
  });

  it.each(LANGUAGES)("before somebody who is signed in sees home is at most 190 kB of JavaScript (%s)", (language) => {
    expect(web.weigh("js", web.scripts(shell(language)))).toBeLessThanOrEqual(BUDGET.shell);
  });

  it.each(LANGUAGES)("is no more than that for whoever signs in first (%s)", (language) => {
    expect(web.weigh("js", web.scripts([...shell(language), ...modulesOf(SIGN_IN, language)]))).toBeLessThanOrEqual(
      BUDGET.shell,
    );
  });

  it.each(LANGUAGES)("to open another page is at most 60 kB more of JavaScript (%s)", (language) => {
    const known = web.scripts(shell(language));
    const sizes = routes.map(({ page }) => {
      const more = [...web.scripts(modulesOf(page, language))].filter((file) => !known.has(file));
      return { page, bytes: web.weigh("js", more) };
    });
    console.log(table(language, web.weigh("js", known), sizes));
    expect(sizes.filter(({ bytes }) => bytes > BUDGET.route)).toEqual([]);
  });

  it("to open a panel, menu or dialog is at most 60 kB more than home", () => {
    const known = web.scripts(shell("ja"));
    const sizes = web.lateFiles.map((name) => {
      const more = [...web.withImports(name)].filter((file) => !known.has(file));
      return { name, bytes: web.weigh("js", more) };
    });
    expect(sizes.length).toBeGreaterThan(30);
    expect(sizes.filter(({ bytes }) => bytes > BUDGET.route)).toEqual([]);
  });

  it("of styles is at most 45 kB with any page", () => {
    const first = [...web.styles(shell("ja"))];
    const sizes = routes.map(({ page }) => ({
      page,
      bytes: web.weigh("css", new Set([...first, ...web.styles(modulesOf(page, "ja"))])),
    }));
    console.log(`styles before home: ${kB(web.weigh("css", first))}`);
    expect(sizes.filter(({ bytes }) => bytes > BUDGET.style)).toEqual([]);
  });

  it("is never more than 2 MB at once", () => {
    expect(web.files.filter(({ bytes }) => bytes > BUDGET.request)).toEqual([]);
  });
});

/** What is loaded before home is drawn for somebody who is signed in. */
const shell = (language: Language): readonly string[] => [
  "main.tsx",
  `locales/${language}/shell.json`,
  FRAME,
  ...modulesOf(HOME, language),
];

function modulesOf(page: string, language: Language): readonly string[] {
  const areas = routes.find((route) => route.page === page)?.areas ?? [];
  return [page, ...areas.map((area) => `locales/${language}/${area}.json`)];
}

/** The pages of the router with the texts that each waits for. */
async function routesOf(folder: string): Promise<readonly Route[]> {
  const files = (await readdir(join(folder, "routes"))).map((name) => join("routes", name));
  const texts = await Promise.all(["router.tsx", ...files].map((file) => readFile(join(folder, file), "utf8")));
  return texts
    .flatMap((text) => text.split("createRoute({").slice(1))
    .flatMap((text) => {
      const page = /import\("(?:\.\.\/)+(pages\/[^"]+)"\)/.exec(text)?.[1];
      const areas = /loadTexts\(([^)]*)\)/.exec(text)?.[1] ?? "";
      return page ? [{ page, areas: [...areas.matchAll(/"(\w+)"/g)].map(([, area]) => area ?? "") }] : [];
    });
}

type BuiltWeb = {
  readonly files: readonly { readonly name: string; readonly bytes: number }[];
  /** Every file that some code asks for only when it needs it. */
  readonly lateFiles: readonly string[];
  /** A file and all that it needs, by static imports. */
  withImports(file: string): ReadonlySet<string>;
  /** The same for these modules. Throws when a module is in no file. */
  scripts(modules: readonly string[]): ReadonlySet<string>;
  styles(modules: readonly string[]): ReadonlySet<string>;
  /** Bytes after gzip, each file by itself as the server sends it. */
  weigh(kind: "js" | "css", files: Iterable<string>): number;
};

async function buildWeb(outDir: string): Promise<BuiltWeb> {
  const configFile = join(import.meta.dirname, "vite.config.ts");
  const built = await build({ configFile, logLevel: "error", build: { outDir } });
  if (!("output" in built)) throw new Error("one output was expected");
  const chunks = new Map(
    built.output.flatMap((file) => (file.type === "chunk" ? [[file.fileName, file] as const] : [])),
  );
  const contents = new Map(
    built.output.map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]),
  );
  const withImports = (name: string, files = new Set<string>()): ReadonlySet<string> => {
    if (files.has(name)) return files;
    files.add(name);
    for (const next of chunks.get(name)?.imports ?? []) withImports(next, files);
    return files;
  };
  const scripts = (modules: readonly string[]): ReadonlySet<string> =>
    new Set(modules.flatMap((module) => [...withImports(chunkOf(chunks, module))]));
  return {
    files: [...contents].map(([name, content]) => ({ name, bytes: Buffer.byteLength(content) })),
    lateFiles: [...chunks.values()].filter(({ isDynamicEntry }) => isDynamicEntry).map(({ fileName }) => fileName),
    withImports: (file) => withImports(file),
    scripts,
    styles: (modules) =>
      new Set([...scripts(modules)].flatMap((name) => [...(chunks.get(name)?.viteMetadata?.importedCss ?? [])])),
    weigh: (kind, files) =>
      [...files]
        .filter((name) => name.endsWith(`.${kind}`))
        .reduce((sum, name) => sum + gzipSync(contents.get(name) ?? "", { level: 9 }).length, 0),
  };
}

function chunkOf(chunks: ReadonlyMap<string, Rolldown.OutputChunk>, module: string): string {
  const path = join(import.meta.dirname, module);
  for (const [name, { facadeModuleId, moduleIds }] of chunks)
    if (facadeModuleId === path || moduleIds.includes(path)) return name;
  throw new Error(`no file of the build holds ${module}`);
}

const kB = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

function table(language: Language, first: number, sizes: readonly { page: string; bytes: number }[]): string {
  const rows = sizes
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ page, bytes }) => `${kB(bytes).padStart(9)}  ${page}`);
  return [`JavaScript, gzipped (${language})`, `${kB(first).padStart(9)}  before home`, ...rows].join("\n");
}
