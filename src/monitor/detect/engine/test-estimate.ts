import type { Literal, Test } from "../rule/expression.ts";

/** Texts that stand in most values of their fields: they rule out little, however long they are. */
const COMMON = [
  ".exe",
  ".dll",
  "c:\\",
  "c:\\windows\\",
  "\\windows\\",
  "\\system32\\",
  "c:\\windows\\system32\\",
  "http",
  "microsoft",
  "system",
  "true",
  "false",
];

/** Where most programs and libraries of Windows lie. */
const SYSTEM_PATH = /windows\\(?:system32|syswow64|winsxs)|program files/;

/** A guess, 0–1, of how often a literal holds where its field is present. Only its order matters. */
function chanceOfLiteral({ place, text }: Literal): number {
  if (text.length === 0 && place !== "equals") return 1;
  if (COMMON.includes(text)) return 0.5;
  if (place === "equals") return [0.05, 0.3, 0.3, 0.1, 0.1, 0.1, 0.1][text.length] ?? 0.01;
  const byLength = [1, 0.8, 0.4, 0.2, 0.1, 0.06, 0.04, 0.03, 0.02][text.length] ?? 0.01;
  if (place === "ends") return byLength / 2;
  return SYSTEM_PATH.test(text) ? Math.max(byLength, 0.15) : byLength;
}

/** A guess, 0–1, of how often a test holds. */
function chanceOf(test: Test): number {
  if (test.kind === "missing") return 0.5;
  if (test.kind === "present") return 0.95;
  if (test.kind !== "literals") return 0.3;
  return Math.min(
    1,
    test.literals.reduce((sum, literal) => sum + chanceOfLiteral(literal), 0),
  );
}

/** What it takes to answer, in rough steps: marks are already set, checks must run. */
function costOf(test: Test): number {
  if (test.kind === "literals") return 0;
  if (test.kind === "check") return test.key.startsWith("re:") ? 3 : 2;
  return 1;
}

export type Estimate = { readonly cost: number; readonly chance: number };

export const estimateOfTest = (test: Test): Estimate => ({ cost: costOf(test), chance: chanceOf(test) });
