import { cruise, type ICruiseResult, type IForbiddenRuleType } from "dependency-cruiser";
import extractTSConfig from "dependency-cruiser/config-utl/extract-ts-config";

/** A room imports only from rooms to its left; inside monitor and respond, so do the slices. ARCHITECTURE.md says why. */
export const ROOMS = [
  "kernel",
  "platform",
  "organization",
  "evidence",
  "monitor",
  "insider",
  "risk",
  "respond",
  "govern",
  "app",
];
export const MONITOR_SLICES = [
  "event",
  "source",
  "collect",
  "parse",
  "enrich",
  "detect",
  "alert",
  "rule",
  "search",
  "entity",
  "retention",
  "retrohunt",
  "hunt",
  "pipeline",
  "workbench",
  "reread",
  "simulate",
];
/** An incident knows nothing of what is done with it. */
export const RESPOND_SLICES = [
  "incident",
  "formation",
  "killchain",
  "story",
  "warroom",
  "crisis",
  "casework",
  "notebook",
  "handover",
  "duty",
  "live",
  "dashboard",
  "notify",
];

const TESTS = "\\.test\\.ts$|/testing(\\.ts$|/)|/gateway\\.ts$";

/** What stands in `order` may not import what stands to the right of it. */
function leftToRight(order: readonly string[], under: string): IForbiddenRuleType[] {
  return order.slice(0, -1).map((name, i) => ({
    name: `${name}-imports-only-from-its-left`,
    severity: "error",
    from: { path: `^${under}/${name}/`, pathNot: TESTS },
    to: { path: `^${under}/(${order.slice(i + 1).join("|")})/` },
  }));
}

export const LAW: IForbiddenRuleType[] = [
  ...leftToRight(ROOMS, "src"),
  ...leftToRight(MONITOR_SLICES, "src/monitor"),
  ...leftToRight(RESPOND_SLICES, "src/respond"),
  { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
  {
    name: "web-imports-contracts-only",
    comment: "The browser shares shapes with the server, never its code.",
    severity: "error",
    from: { path: "^web/" },
    to: {
      path: "^src/",
      pathNot: "(/contract\\.ts$|^src/kernel/|^src/monitor/parse/actions\\.ts$|^src/monitor/search/language/)",
    },
  },
  { name: "server-does-not-import-web", severity: "error", from: { path: "^src/" }, to: { path: "^web/" } },
  {
    name: "detection-is-a-library",
    comment: "src/monitor/detect and the kernel do no I/O: time, files and sockets come in as arguments.",
    severity: "error",
    from: { path: "^src/(monitor/(detect|parse|event)|kernel)/", pathNot: TESTS },
    to: { path: "^(node:)?(fs|fs/promises|net|http|https|dgram|child_process|worker_threads)$|^src/platform/" },
  },
  {
    name: "product-does-not-import-tests",
    severity: "error",
    from: { path: "^(src|web)/", pathNot: TESTS },
    to: { path: `^(tests|bench)/|${TESTS}` },
  },
];

/** Cruises `roots`. A tool that sees nothing proves nothing, so too few modules is an error of its own. */
export async function checkImportLaw(
  roots: readonly string[],
  atLeastModules: number,
  baseDir = process.cwd(),
): Promise<string[]> {
  const { output } = await cruise(
    [...roots],
    {
      ruleSet: { forbidden: LAW },
      validate: true,
      baseDir,
      doNotFollow: { path: "node_modules" },
      exclude: { path: "(^|/)(node_modules|web/dist)/" },
      tsPreCompilationDeps: true,
      enhancedResolveOptions: { extensions: [".ts", ".tsx", ".js", ".mjs", ".json"] },
    },
    undefined,
    { tsConfig: extractTSConfig("tsconfig.json") },
  );
  if (typeof output === "string") throw new Error("dependency-cruiser answered with text");
  const { summary, modules } = output as ICruiseResult;
  const own = modules.filter((module) => /^(src|web)\//.test(module.source)).length;
  if (own < atLeastModules)
    return [`only ${own} modules were seen, at least ${atLeastModules} expected: the check is blind`];
  return summary.violations.map((violation) => `${violation.rule.name}: ${violation.from} → ${violation.to}`);
}

if (import.meta.main) {
  const problems = await checkImportLaw(["src", "web"], 100);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(
    problems.length === 0 ? "The import law holds.\n" : `${problems.length} breaches of the import law.\n`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
