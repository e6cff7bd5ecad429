import type { Pattern, PatternPart, QueryProblem } from "./ast.ts";
import { isEscapable, isSpace, syntaxView } from "./characters.ts";

/** Where a word ends: `free` text also at `:`, `<`, `>`, `!=` (a field may stand before), `value` not, `range` at `]` and `}` too. */
export type WordMode = "free" | "value" | "range";

export type Word = {
  readonly start: number;
  readonly pattern: Pattern;
  /** True when a character was escaped: then it is never a keyword. */
  readonly isEscaped: boolean;
};

/** Carries a QueryProblem up through the recursive descent; `parseQuery` turns it into a value. Never leaves the language. */
export class QueryFault extends Error {
  readonly problem: QueryProblem;
  constructor(problem: QueryProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export function fault(code: string, position: number, expected: string, message: string): never {
  throw new QueryFault({ code, position, expected, message });
}

/** A place in the query text, and the reading of words, phrases and regular expressions from there. */
export class Scanner {
  readonly text: string;
  readonly view: string;
  position = 0;

  constructor(text: string) {
    this.text = text;
    this.view = syntaxView(text);
  }

  get isAtEnd(): boolean {
    return this.position >= this.view.length;
  }

  /** The grammar's character `ahead` of here; "" past the end. */
  peek(ahead = 0): string {
    return this.view.charAt(this.position + ahead);
  }

  skipSpace(): void {
    while (!this.isAtEnd && isSpace(this.peek())) this.position += 1;
  }

  /** Steps over `token` when it stands here. */
  take(token: string): boolean {
    if (!this.view.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  /** The run of characters up to white space, parenthesis or quote, as the grammar sees it. */
  run(): string {
    let end = this.position;
    while (end < this.view.length && !isSpace(this.view.charAt(end)) && !'()"'.includes(this.view.charAt(end)))
      end += 1;
    return this.view.slice(this.position, end);
  }

  readWord(mode: WordMode): Word {
    const start = this.position;
    const builder = new PatternBuilder();
    let isEscaped = false;
    while (!this.isAtEnd && !this.endsWord(mode)) {
      const char = this.peek();
      if (char === "\\" && isEscapable(this.peek(1))) {
        builder.text(this.text.charAt(this.position + 1));
        isEscaped = true;
        this.position += 2;
        continue;
      }
      if (char === "*") builder.many();
      else if (char === "?" && this.text.charAt(this.position) === "?") builder.one();
      else builder.text(this.text.charAt(this.position));
      this.position += 1;
    }
    return { start, pattern: builder.parts, isEscaped };
  }

  private endsWord(mode: WordMode): boolean {
    const char = this.peek();
    if (isSpace(char) || char === "(" || char === ")" || char === '"') return true;
    if (mode === "range") return char === "]" || char === "}";
    return mode === "free" && (char === ":" || char === "<" || char === ">" || (char === "!" && this.peek(1) === "="));
  }

  /** Stands on the opening quote; answers what is between the quotes. `\"` and `\\` are escapes, all else is itself. */
  readQuoted(): string {
    const open = this.position;
    this.position += 1;
    let value = "";
    while (!this.isAtEnd) {
      const char = this.peek();
      if (char === '"') {
        this.position += 1;
        return value;
      }
      const isEscape = char === "\\" && (this.peek(1) === '"' || this.peek(1) === "\\");
      value += this.text.charAt(this.position + (isEscape ? 1 : 0));
      this.position += isEscape ? 2 : 1;
    }
    return fault("unclosed_quote", open, 'a closing "', 'this " is never closed (a \\ before a quote must be doubled)');
  }

  /** `/source/` when a whole one stands here (then a `/` inside is written `\/`), else undefined: a path is a plain value. */
  readRegex(): string | undefined {
    let source = "";
    for (let i = this.position + 1; i < this.view.length; i += 1) {
      const char = this.view.charAt(i);
      if (char === "\\") {
        const next = this.text.charAt(i + 1);
        source += next === "/" ? "/" : `\\${next}`;
        i += 1;
      } else if (char === "/") {
        const after = this.view.charAt(i + 1);
        if (source === "" || !(after === "" || isSpace(after) || after === ")")) return undefined;
        this.position = i + 1;
        return source;
      } else source += this.text.charAt(i);
    }
    return undefined;
  }
}

class PatternBuilder {
  readonly parts: PatternPart[] = [];
  text(char: string): void {
    const last = this.parts.at(-1);
    if (last?.kind === "text") this.parts[this.parts.length - 1] = { kind: "text", text: last.text + char };
    else this.parts.push({ kind: "text", text: char });
  }
  one(): void {
    this.parts.push({ kind: "one" });
  }
  many(): void {
    if (this.parts.at(-1)?.kind !== "many") this.parts.push({ kind: "many" });
  }
}
