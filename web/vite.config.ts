import { readFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { brotliCompress, constants, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type Rolldown } from "vite";

const COMPRESSIBLE = new Set([".js", ".css", ".html", ".svg"]);

/** Writes `.br` and `.gz` beside each text file, so that the server never compresses the same bytes twice. */
function precompress(): Plugin {
  let outDir = "";
  return {
    name: "yagura-precompress",
    apply: "build",
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile() && COMPRESSIBLE.has(extname(entry.name)));
      await Promise.all(files.map((entry) => compressFile(join(entry.parentPath, entry.name))));
    },
  };
}

async function compressFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } };
  await Promise.all([
    new Promise<Buffer>((done, failed) => brotliCompress(bytes, brotli, (e, out) => (e ? failed(e) : done(out)))).then(
      (out) => writeFile(`${path}.br`, out),
    ),
    new Promise<Buffer>((done, failed) => gzip(bytes, { level: 9 }, (e, out) => (e ? failed(e) : done(out)))).then(
      (out) => writeFile(`${path}.gz`, out),
    ),
  ]);
}

/** A build made by a test run would otherwise carry React's development half: twice the size, and slower. */
function alwaysProduction(): Plugin {
  return {
    name: "yagura-always-production",
    apply: "build",
    config() {
      // biome-ignore lint/style/noProcessEnv: Vite and the React plugin read it from nowhere else
      process.env.NODE_ENV = "production";
    },
  };
}

const ALWAYS =
  /node_modules\/(react|react-dom|scheduler|use-sync-external-store|i18next|react-i18next|clsx|@tanstack\/(history|query-core|react-query|react-router|react-store|router-core|store))\//;
const FIRST_PAGE = ["main.tsx", "app/shell/frame.tsx", "pages/home/home-page.tsx"];
/** Of the component library, what at least this many pages and late parts share comes at once. */
const SHARED_BY = 45;

/** The icons that a file draws, as the library names them; the file that names them all draws none. */
function iconsIn(file: string): readonly string[] {
  if (!/\.tsx?$/.test(file) || file.endsWith("ui/icons.ts")) return [];
  return [...readFileSync(file, "utf8").matchAll(/\b(\w+)Icon\b/g)].map(([, name = ""]) => name);
}

type Group = NonNullable<Rolldown.CodeSplittingOptions["groups"]>[number];

/**
 * What home needs comes in few files instead of sixty: one compresses better than its pieces, and no file waits for
 * another to ask for it. Left alone, every icon would be a file of its own too. `budget.test.ts` holds the sizes.
 */
function groups(): Group[] {
  const needed = new Set<string>();
  const add = (id: string, graph: Graph): void => {
    if (needed.has(id) || id.includes("node_modules")) return;
    needed.add(id);
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) add(imported, graph);
  };
  const shell = (id: string, graph: Graph): string | null => {
    if (needed.size === 0) for (const file of FIRST_PAGE) add(join(import.meta.dirname, file), graph);
    return needed.has(id) ? "shell" : null;
  };
  // All icons are named in one file that the shell imports: which it draws is told by the names in its own files.
  const drawn = new Set<string>();
  const shownFirst = (id: string, graph: Graph): boolean => {
    shell(id, graph);
    if (drawn.size === 0) for (const file of needed) for (const name of iconsIn(file)) drawn.add(name);
    const icon = /Icon(\w+)\.mjs/.exec(id)?.[1];
    return icon === undefined || drawn.has(icon);
  };
  return [
    { name: shell },
    { name: "vendor", test: ALWAYS },
    { name: "mantine", test: /@mantine/, minShareCount: SHARED_BY },
    { name: (id, graph) => (/@tabler/.test(id) ? (shownFirst(id, graph) ? "icons" : "late-icons") : null) },
  ];
}

/** All text passes one gate on its way to the screen: `ui/readable`. */
const READABLE = "#readable";

type Graph = { getModuleInfo(id: string): Rolldown.ModuleInfo | null };

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [alwaysProduction(), react({ jsxImportSource: READABLE }), precompress()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: false,
    // Data URIs would need a wider content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    target: "es2023",
    rolldownOptions: {
      // The first file lists the names of all others, and hashes do not compress.
      output: {
        chunkFileNames: "assets/[hash:7].js",
        assetFileNames: "assets/[hash:7][extname]",
        codeSplitting: { includeDependenciesRecursively: false, groups: groups() },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": "http://127.0.0.1:8600" },
  },
});
