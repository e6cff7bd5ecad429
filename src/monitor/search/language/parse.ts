import { fail, ok, type Result } from "../../../kernel/result.ts";
import {
  type Bound,
  COMPARISONS,
  type Comparison,
  combine,
  type Leaf,
  LIMITS,
  literal,
  literalText,
  type Pattern,
  type Query,
  type QueryProblem,
} from "./ast.ts";
import { checkedField, checkedPattern, checkedValue, tooLong } from "./bounds.ts";
import { isFieldName, isSpace, type Keyword, keywordOf, looksLikeAddress } from "./characters.ts";
import { fault, QueryFault, Scanner, type Word } from "./scan.ts";

/**
 * Query text → tree. Neighboring conditions are joined by `and`; `not` binds closest, then `and`, then `or`.
 * Never throws: a text that is no query is a problem with its position. Pure, so the browser uses it as well.
 */
export function parseQuery(text: string): Result<Query, QueryProblem> {
  try {
    if (text.length > LIMITS.queryChars) tooLong(LIMITS.queryChars, LIMITS.queryChars, "query");
    return ok(new Parser(text).parse());
  } catch (error) {
    if (error instanceof QueryFault) return fail(error.problem);
    throw error;
  }
}

class Parser {
  private readonly scan: Scanner;
  private depth = 0;
  private terms = 0;

  constructor(text: string) {
    this.scan = new Scanner(text);
  }

  parse(): Query {
    this.scan.skipSpace();
    if (this.scan.isAtEnd) return { kind: "all" };
    const query = this.either();
    if (!this.scan.isAtEnd) fault("unexpected_close", this.scan.position, "a condition", "this ) closes nothing");
    return query;
  }

  /** `field` is set inside `field:( … )`, where words are values of that field. */
  private either(field?: string): Query {
    const items = [this.all(field)];
    while (this.takeKeyword("or") || this.scan.take("||")) items.push(this.all(field));
    return combine("or", items);
  }

  private all(field?: string): Query {
    const items = [this.negatable(field)];
    for (;;) {
      this.scan.skipSpace();
      if (this.scan.isAtEnd || this.scan.peek() === ")" || this.keywordHere() === "or") break;
      if (this.scan.peek() === "|" && this.scan.peek(1) === "|") break;
      if (!this.takeKeyword("and")) this.scan.take("&&");
      items.push(this.negatable(field));
    }
    return combine("and", items);
  }

  private negatable(field?: string): Query {
    this.scan.skipSpace();
    if (!this.takeKeyword("not") && !this.takeNegation()) return this.primary(field);
    return this.nested(() => ({ kind: "not", item: this.negatable(field) }));
  }

  private takeNegation(): boolean {
    const next = this.scan.peek(1);
    if (this.scan.peek() === "!") return this.scan.take("!");
    return this.scan.peek() === "-" && next !== "" && next !== ")" && !isSpace(next) && this.scan.take("-");
  }

  private primary(field: string | undefined): Query {
    const { scan } = this;
    scan.skipSpace();
    const at = scan.position;
    if (scan.isAtEnd) fault("term_expected", at, "a condition", "the query ends where a condition was expected");
    if (scan.peek() === ")") fault("term_expected", at, "a condition", "a condition is missing before this )");
    const keyword = this.keywordHere();
    if (keyword !== undefined || scan.view.startsWith("||", at) || scan.view.startsWith("&&", at)) {
      const word = keyword ?? scan.view.slice(at, at + 2);
      fault(
        "term_expected",
        at,
        "a condition",
        `a condition is missing before "${word}" (write it in quotes to find it)`,
      );
    }
    if (scan.peek() === "(") return this.group(field);
    return field === undefined ? this.term() : this.value(field, at);
  }

  private group(field: string | undefined): Query {
    const open = this.scan.position;
    this.scan.position += 1;
    return this.nested(() => {
      const query = this.either(field);
      if (!this.scan.take(")")) fault("unclosed_group", open, "a closing )", "this ( is never closed");
      return query;
    });
  }

  /** A bare word, a phrase, or a condition on a field. */
  private term(): Query {
    const { scan } = this;
    const at = scan.position;
    if (scan.peek() === '"') {
      const text = scan.readQuoted();
      if (scan.take(":")) return this.value(checkedField(text, at), at);
      return this.text(literal(checkedValue(text, at)), at);
    }
    if (looksLikeAddress(scan.run())) return this.text(scan.readWord("value").pattern, at);
    if (":<>".includes(scan.peek())) {
      fault(
        "field_expected",
        at,
        "a field name",
        `a field name is missing before "${scan.peek()}" (or quote the text)`,
      );
    }
    const word = scan.readWord("free");
    return this.conditionOn(word) ?? this.plainWord(word);
  }

  private plainWord(word: Word): Query {
    const next = this.scan.peek();
    let { pattern } = word;
    if (next !== "" && ":<>!".includes(next)) {
      // `12:34:56`, `https://…`, `C:\…`: the sign is part of the word, because what stands before it names no field.
      this.scan.position = word.start;
      pattern = this.scan.readWord("value").pattern;
    }
    return this.text(pattern, word.start);
  }

  /** What follows a field name: `:value`, `>= value`, ` = value`, ` != value`. undefined = the word is just a word. */
  private conditionOn(word: Word): Query | undefined {
    const { scan } = this;
    const afterWord = scan.position;
    scan.skipSpace();
    const hasSpace = scan.position > afterWord;
    const isMatch = scan.peek() === ":" && !this.isPartOfWord(word, hasSpace);
    const isEqual = hasSpace && /^={1,2}$/.test(scan.run());
    const isUnequal = scan.peek() === "!" && scan.peek(1) === "=";
    const isCompare = scan.peek() === "<" || scan.peek() === ">";
    const name = literalText(word.pattern)?.normalize("NFKC");
    const isField = name !== undefined && isFieldName(name);
    if (isMatch && name === undefined) return this.wildcardField(word);
    if (!isField || !(isMatch || isEqual || isUnequal || isCompare)) {
      scan.position = afterWord;
      return undefined;
    }
    const field = checkedField(name, word.start);
    if (isCompare) return this.compare(field, word.start);
    scan.position += isMatch ? 1 : isUnequal ? 2 : scan.run().length;
    const condition = this.value(field, word.start);
    return isUnequal ? { kind: "not", item: condition } : condition;
  }

  private isPartOfWord(word: Word, hasSpace: boolean): boolean {
    if (hasSpace) return false;
    const { scan } = this;
    return scan.view.startsWith("://", scan.position) || (scan.peek(1) === "\\" && scan.position - word.start === 1);
  }

  /** Lucene's `*:*` is every event; other names with wildcards are not supported. */
  private wildcardField(word: Word): Query {
    const { scan } = this;
    if (scan.view.slice(word.start).startsWith("*:*")) {
      scan.position = word.start + 3;
      return { kind: "all" };
    }
    return fault("wildcard_in_field", word.start, "a field name without * and ?", "a field name cannot have wildcards");
  }

  private value(field: string, at: number): Query {
    const { scan } = this;
    scan.skipSpace();
    const start = scan.position;
    const next = scan.peek();
    if (next === "(") return this.group(field);
    if (next === '"') return this.match(field, literal(checkedValue(scan.readQuoted(), start)), at);
    if (next === "[" || next === "{") return this.range(field, at);
    if (next === "<" || next === ">") return this.compare(field, at);
    if (next === "/") {
      const source = scan.readRegex();
      if (source !== undefined) return this.regex(field, source, start);
    }
    if (this.keywordHere() !== undefined) return this.missingValue(field);
    const { pattern } = scan.readWord("value");
    if (pattern.length === 0) return this.missingValue(field);
    return this.match(field, checkedPattern(pattern, start), at);
  }

  private missingValue(field: string): never {
    const { position } = this.scan;
    return fault(
      "value_expected",
      position,
      "a value",
      `a value is missing after ${field}: (quote words such as "and")`,
    );
  }

  private match(field: string, pattern: Pattern, at: number): Query {
    const isAny = pattern.length === 1 && pattern[0]?.kind === "many";
    if (!isAny && field !== "_exists_") return this.leaf({ kind: "match", field, pattern, at });
    const name = field === "_exists_" ? literalText(pattern) : field;
    if (name === undefined || name === "") return this.missingValue(field);
    return this.leaf({ kind: "exists", field: name, at });
  }

  private regex(field: string, source: string, at: number): Query {
    if (source.length > LIMITS.regexChars) tooLong(LIMITS.regexChars, at, "regular expression");
    return this.leaf({ kind: "regex", field, source, at });
  }

  private compare(field: string, at: number): Query {
    const op = COMPARISONS.find((sign) => this.scan.take(sign)) as Comparison;
    this.scan.skipSpace();
    const value = this.exactValue("value");
    if (value === undefined) return this.missingValue(`${field} ${op} `);
    return this.leaf({ kind: "compare", field, op, value, at });
  }

  private range(field: string, at: number): Query {
    const { scan } = this;
    const open = scan.position;
    const isLowInclusive = scan.take("[") || !scan.take("{");
    const low = this.bound(isLowInclusive);
    scan.skipSpace();
    if (!/^to$/i.test(scan.run())) fault("to_expected", scan.position, "TO", "a range is written [low TO high]");
    scan.position += 2;
    const value = this.bound(true);
    scan.skipSpace();
    const isHighInclusive = scan.take("]");
    if (!isHighInclusive && !scan.take("}")) {
      fault("unclosed_range", open, "a closing ] or }", "this range is never closed");
    }
    return this.leaf({ kind: "range", field, low, high: value && { ...value, isInclusive: isHighInclusive }, at });
  }

  /** null = `*`, open on this side. */
  private bound(isInclusive: boolean): Bound | null {
    this.scan.skipSpace();
    if (this.scan.peek() === "*" && (isSpace(this.scan.peek(1)) || "]}".includes(this.scan.peek(1)))) {
      this.scan.position += 1;
      return null;
    }
    const value = this.exactValue("range");
    if (value === undefined) {
      return fault("value_expected", this.scan.position, "a value or *", "a range is written [low TO high]");
    }
    return { value, isInclusive };
  }

  private exactValue(mode: "value" | "range"): string | undefined {
    const start = this.scan.position;
    if (this.scan.peek() === '"') return checkedValue(this.scan.readQuoted(), start);
    const value = literalText(this.scan.readWord(mode).pattern);
    if (value === undefined)
      fault("no_wildcard_here", start, "a value without * and ?", "a limit cannot have wildcards");
    return value === "" ? undefined : checkedValue(value, start);
  }

  private text(pattern: Pattern, at: number): Query {
    const isEverywhere = pattern.length === 0 || (pattern.length === 1 && pattern[0]?.kind === "many");
    if (isEverywhere) return { kind: "all" };
    return this.leaf({ kind: "text", pattern: checkedPattern(pattern, at), at });
  }

  private leaf(leaf: Leaf): Query {
    this.terms += 1;
    if (this.terms > LIMITS.terms) {
      fault("too_many_terms", leaf.at, `at most ${LIMITS.terms} conditions`, `more than ${LIMITS.terms} conditions`);
    }
    return leaf;
  }

  private nested(work: () => Query): Query {
    this.depth += 1;
    if (this.depth > LIMITS.depth) {
      fault(
        "too_deep",
        this.scan.position,
        `at most ${LIMITS.depth} levels`,
        `nested deeper than ${LIMITS.depth} levels`,
      );
    }
    const query = work();
    this.depth -= 1;
    return query;
  }

  private keywordHere(): Keyword | undefined {
    return keywordOf(this.scan.run());
  }

  private takeKeyword(keyword: Keyword): boolean {
    this.scan.skipSpace();
    if (this.keywordHere() !== keyword) return false;
    this.scan.position += keyword.length;
    return true;
  }
}
