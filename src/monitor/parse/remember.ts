const MAX_ENTRIES = 4_096;
const MAX_KEY_CHARS = 256;

/** A pure function of short, repeating texts that computes each answer once. Bounded: a flood of new texts only costs its speed. */
export function remember<T>(compute: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const value = compute(text);
    if (known.size < MAX_ENTRIES && text.length <= MAX_KEY_CHARS) known.set(ownCopy(text), value);
    return value;
  };
}

/** A copy that stands alone: V8's slices keep the whole line alive, and a line may have megabytes. */
export const ownCopy = (text: string): string => Buffer.from(text, "utf16le").toString("utf16le");
