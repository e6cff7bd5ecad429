import { addFilter } from "../../src/monitor/search/language/filter.ts";

export { addFilter };

/** One condition as query text. */
export const conditionOf = (field: string, value: string | number): string => addFilter("", field, value);
