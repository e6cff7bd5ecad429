/** A number and what is counted, in English: `1 rule`, `1,200 rules`. */
export const countText = (count: number, one: string): string =>
  `${count.toLocaleString("en")} ${one}${count === 1 ? "" : "s"}`;
