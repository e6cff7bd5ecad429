import axe from "axe-core";
import type { Page } from "playwright-core";

const LEVEL_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** A spinner never ends. */
const ENDING = "document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime !== Infinity)";

type Violation = { id: string; help: string; nodes: { target: unknown[]; failureSummary: string }[] };

/**
 * What axe finds against WCAG 2.2 AA, one text per place. What is still fading in has no colour of its own yet: that is
 * waited for. A page may go on drawing while axe reads it (a button that becomes usable is judged half as what it was):
 * only what is found twice stands there.
 */
export async function barriers(page: Page): Promise<readonly string[]> {
  const first = await found(page);
  return first.length === 0 ? first : await found(page);
}

async function found(page: Page): Promise<readonly string[]> {
  await page.evaluate(`Promise.allSettled(${ENDING}.map(({ finished }) => finished))`);
  // Once a document: what a second copy has not run yet, the browser runs at its slowest.
  if (await page.evaluate("!('axe' in window)")) await page.evaluate(axe.source);
  const options = JSON.stringify({ runOnly: { type: "tag", values: LEVEL_AA }, resultTypes: ["violations"] });
  const violations = await page.evaluate<Violation[]>(
    `axe.run(document, ${options}).then((result) => result.violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id} at ${target.join(" ")}: ${failureSummary}`),
  );
}
