import { shortName } from "../../../kernel/short-name.ts";
import { visible } from "../../../kernel/visible.ts";

/** A value of a log as a sentence can hold it: a path by its last name, on one line, nothing hidden in it. */
export const shown = (value: string): string => visible(shortName(value));
