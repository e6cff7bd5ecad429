const MAX_CHARS = 300;
const MAX_DEPTH = 6;

/** What a client says of a failure, with what it wraps: the last words are the reason. No line breaks, and no end of it. */
export function failureText(error: unknown): string {
  const parts: string[] = [];
  const visit = (one: unknown, depth: number): void => {
    if (!(one instanceof Error) || depth > MAX_DEPTH) return;
    if (one.message !== "" && !parts.includes(one.message)) parts.push(one.message);
    const inner: readonly unknown[] = one instanceof AggregateError ? one.errors : [];
    for (const next of [...inner.slice(0, 3), one.cause]) visit(next, depth + 1);
  };
  visit(error, 0);
  const text = parts.length > 0 ? parts.join(": ") : String(error);
  return text.replace(/[^\x20-\x7e]+/g, " ").slice(0, MAX_CHARS);
}
