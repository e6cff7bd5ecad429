/** Where in the rule's document something is, as keys and indexes from the top. */
export type Path = readonly (string | number)[];

/** Why a rule cannot be run. Thrown while one rule compiles, caught at that rule's border: the others go on. */
export class RuleProblem extends Error {
  readonly path: Path;

  constructor(reason: string, path: Path = []) {
    super(reason);
    this.name = "RuleProblem";
    this.path = path;
  }
}

/** A correlation names a rule that is not among those read with it: another file may hold it. */
export class MissingRule extends RuleProblem {
  readonly reference: string;

  constructor(reference: string, path: Path = [], reason = `there is no rule with the id or name "${reference}"`) {
    super(reason, path);
    this.reference = reference;
  }
}

/** Runs work on a part of the rule; a problem found there is told with the part's place. */
export function at<T>(path: Path, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RuleProblem) throw new RuleProblem(error.message, [...path, ...error.path]);
    throw error;
  }
}
