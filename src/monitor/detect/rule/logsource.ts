import type { LogSource } from "../../event/index.ts";
import { RuleProblem } from "./problem.ts";
import { expectMap, textOf, type Yaml } from "./value.ts";

/** The parts of a log source, as the specification writes them: small letters, `_` for spaces. Parts left open are "". */
export function readLogSource(value: Yaml | undefined): LogSource {
  const map = expectMap(value, [], "the log source");
  const part = (key: string) => textOf(map, key).trim().toLowerCase().replace(/\s+/g, "_");
  const logsource = { product: part("product"), category: part("category"), service: part("service") };
  if (logsource.product + logsource.category + logsource.service === "")
    throw new RuleProblem("the log source names no product, category or service");
  return logsource;
}
