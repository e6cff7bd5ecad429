/** Where in the value of a document something is: keys and places in lists. */
export type Path = readonly (string | number)[];

/** What is wrong with a document. Lines and columns count from 1. */
export type DocumentProblem = { readonly line: number; readonly column: number; readonly reason: string };

/** A fault found below the schema: in a pattern, a path, a time format. `path` says where the text stands. */
export class Fault extends Error {
  readonly path: Path;

  constructor(path: Path, message: string) {
    super(message);
    this.name = "Fault";
    this.path = path;
  }
}
