import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { brotliCompress, constants, gzip } from "node:zlib";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

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

export default defineConfig({
  root: import.meta.dirname,
  base: "/",
  plugins: [alwaysProduction(), react(), precompress()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    sourcemap: false,
    // Data URIs would need a wider content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    target: "es2023",
    // Left alone, every icon becomes a file of its own. Larger groups would pull what only one page needs into the shell.
    rolldownOptions: {
      output: {
        codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: "icons", test: /@tabler/ }] },
      },
    },
  },
  server: {
    host: "127.0.0.1",
    proxy: { "/api": "http://127.0.0.1:8600" },
  },
});
