import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import chromium, { inflate } from "@sparticuz/chromium";
import { type Browser, type BrowserContextOptions, type Page, chromium as playwright } from "playwright-core";
import { type Language, type Texts, textsOf } from "./texts.ts";

/** The browser that comes with `npm ci` is a Linux program for x64. */
export const HAS_BROWSER = process.platform === "linux" && process.arch === "x64";
if (!HAS_BROWSER) console.warn("no browser for this machine comes with npm: browser tests are skipped");

const PATIENCE_MS = 90_000;
const PACKAGE = new URL("../../node_modules/@sparticuz/chromium/", import.meta.url).pathname;

export type Viewer = {
  readonly page: Page;
  readonly t: Texts;
  /** What a person would never see but the console says: errors, exceptions, policy violations, dialogs. */
  faults(): readonly string[];
  /** Where the page is and what it says, for the report of a failure. */
  seen(): Promise<string>;
  close(): Promise<void>;
};
export type ViewerOptions = {
  readonly language: Language;
  readonly scheme?: "light" | "dark";
  readonly timeZone?: string;
  /** Starts signed in, with what another viewer's browser had stored. */
  readonly as?: Viewer;
  /** Faults that the test provokes, such as an answer 401. */
  readonly expected?: RegExp;
};
export type TestBrowser = { view(options: ViewerOptions): Promise<Viewer>; close(): Promise<void> };

export async function openBrowser(): Promise<TestBrowser> {
  const browser = await launch();
  return { view: (options) => openViewer(browser, options), close: () => browser.close() };
}

/** What the package recommends for a cloud function, less what makes the browser unlike a person's. */
const NOT_WANTED = new Set(["--single-process", "--disable-web-security", "--allow-running-insecure-content"]);
const QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"];

async function launch(): Promise<Browser> {
  // No page of ours draws with WebGL, and emulating a graphics processor takes more of a small machine than all else a page does.
  chromium.setGraphicsMode = false;
  const home = await unpackedBrowser();
  const executablePath = join(home, "chromium");
  const env = {
    ...process.env,
    FONTCONFIG_FILE: join(home, "fonts.conf"),
    ...(await librariesFor(home, executablePath)),
  };
  const args = [...chromium.args.filter((arg) => !NOT_WANTED.has(arg)), ...QUIET];
  return playwright.launch({ executablePath, args, env, headless: true });
}

/**
 * Unpacks the browser once per machine and version. Into a folder of its own that is then renamed: the package's own
 * unpacking takes a file that another process is still writing for a whole one.
 */
async function unpackedBrowser(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(PACKAGE, "package.json"), "utf8")) as { version: string };
  const home = join(tmpdir(), `yagura-test-browser-${version}-${process.getuid?.() ?? ""}`);
  if (existsSync(home)) return home;
  const partial = await mkdtemp(`${home}-partial-`);
  const before = process.env.TMPDIR;
  process.env.TMPDIR = partial;
  try {
    for (const part of ["chromium.br", "fonts.tar.br", "swiftshader.tar.br", "al2023.tar.br"])
      await inflate(join(PACKAGE, "bin", part));
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  const fonts = `<dir>${join(home, "fonts")}</dir><cachedir>${join(home, "font-cache")}</cachedir>`;
  await writeFile(join(partial, "fonts.conf"), `<?xml version="1.0"?><fontconfig>${fonts}</fontconfig>`);
  await rename(partial, home).catch(() => rm(partial, { recursive: true }));
  return home;
}

/** On a machine without NSS and Expat the package's own copies serve. */
async function librariesFor(home: string, executablePath: string): Promise<NodeJS.ProcessEnv> {
  if (spawnSync(executablePath, ["--version"]).status === 0) return {};
  const paths = [process.env.LD_LIBRARY_PATH, join(home, "al2023/lib")].filter(Boolean);
  return { LD_LIBRARY_PATH: paths.join(":") };
}

async function openViewer(browser: Browser, options: ViewerOptions): Promise<Viewer> {
  const { language, scheme = "light", timeZone = "Asia/Tokyo", as, expected } = options;
  const settings: BrowserContextOptions = {
    locale: language === "ja" ? "ja-JP" : "en-US",
    colorScheme: scheme,
    timezoneId: timeZone,
    reducedMotion: "reduce",
    viewport: { width: 1440, height: 900 },
    ...(as && { storageState: await as.page.context().storageState() }),
  };
  const context = await browser.newContext(settings);
  context.setDefaultTimeout(PATIENCE_MS);
  await context.addInitScript(
    "addEventListener('securitypolicyviolation', (e) => console.error('policy violated: ' + e.violatedDirective + ' ' + e.blockedURI))",
  );
  // The account's language would win over the browser's, but not over one that was chosen in this browser.
  if (as) await context.addInitScript(`localStorage.setItem("yagura.language", "${language}")`);
  const page = await context.newPage();
  const faults: string[] = [];
  const add = (fault: string): void => {
    if (!expected?.test(fault)) faults.push(fault);
  };
  page.on("console", (message) => {
    if (message.type() === "error") add(`console: ${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => add(`exception: ${error.message}`));
  page.on("dialog", (dialog) => {
    add(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return {
    page,
    t: textsOf(language),
    faults: () => faults,
    seen: async () => `${page.url()}\n${await page.locator("body").ariaSnapshot()}`,
    close: () => context.close(),
  };
}

/** Waits for what no locator can see: repeats a check until it holds, then gives its last error. */
export async function eventually(check: () => Promise<unknown>): Promise<void> {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(100)) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
}
