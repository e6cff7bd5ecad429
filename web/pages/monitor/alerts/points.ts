/** `+13`, `0`, `−7`: with the real minus sign. */
export const signed = (points: number): string => (points > 0 ? `+${points}` : String(points).replace("-", "−"));

/** A share 0–1 as whole percent. */
export const percent = (share: number): string => `${Math.round(share * 100)}%`;
