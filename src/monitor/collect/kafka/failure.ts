const MAX_CHARS = 300;
const MAX_DEPTH = 20;
const MAX_REASONS = 3;

/** What a client says of a failure: the innermost errors are the reasons, the others say how often. No line breaks, and no end of it. */
export function failureText(error: unknown): string {
  const reasons = new Set<string>();
  const visit = (one: unknown, depth: number): void => {
    if (!(one instanceof Error) || reasons.size >= MAX_REASONS) return;
    const wrapped: readonly unknown[] = one instanceof AggregateError ? one.errors : [];
    const inner = [...wrapped, one.cause].filter((next) => next instanceof Error);
    if (inner.length === 0 || depth >= MAX_DEPTH) reasons.add(one.message);
    else for (const next of inner) visit(next, depth + 1);
  };
  visit(error, 0);
  const text = reasons.size > 0 ? [...reasons].join("; ") : String(error);
  return text.replace(/[^\x20-\x7e]+/g, " ").slice(0, MAX_CHARS);
}
