import { lexer, type MarkedToken, type Token } from "marked";
import { createElement, Fragment, type ReactNode, useMemo } from "react";
import classes from "./markdown.module.css";

/** Deeper nesting is shown as the text it is. */
const MAX_DEPTH = 20;
const SAFE_LINK = /^(https?:|mailto:)/i;

/**
 * Markdown of people, drawn as elements: no HTML text is ever made of it. Raw HTML is shown as written, links lead to
 * http, https and mailto alone, and pictures are links, so that reading a note fetches nothing.
 */
export function Markdown({ text }: { readonly text: string }) {
  const tokens = useMemo(() => tokensOf(text), [text]);
  return <div className={classes.markdown}>{tokens ? nodes(tokens, 0) : <pre>{text}</pre>}</div>;
}

/** undefined when it is nested deeper than the reader of it goes: such a text is shown as typed. */
function tokensOf(text: string): readonly Token[] | undefined {
  try {
    return lexer(text, { gfm: true, breaks: true });
  } catch {
    return undefined;
  }
}

const nodes = (tokens: readonly Token[], depth: number): ReactNode[] =>
  // The tokens of one text never move: their place is their key.
  // biome-ignore lint/suspicious/noArrayIndexKey: see above
  tokens.map((token, i) => <Fragment key={i}>{node(token as MarkedToken, depth + 1)}</Fragment>);

function node(token: MarkedToken, depth: number): ReactNode {
  if (depth > MAX_DEPTH) return token.raw;
  const inner = (of: readonly Token[] | undefined): ReactNode => nodes(of ?? [], depth);
  switch (token.type) {
    case "paragraph":
      return <p>{inner(token.tokens)}</p>;
    case "heading":
      // The page has h1 and h2: a note's own begin below them.
      return createElement(`h${Math.min(6, token.depth + 2)}`, undefined, inner(token.tokens));
    case "strong":
      return <strong>{inner(token.tokens)}</strong>;
    case "em":
      return <em>{inner(token.tokens)}</em>;
    case "del":
      return <del>{inner(token.tokens)}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "code":
      return (
        <pre>
          <code>{token.text}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{inner(token.tokens)}</blockquote>;
    case "list":
      return createElement(
        token.ordered ? "ol" : "ul",
        token.ordered && typeof token.start === "number" && token.start !== 1 ? { start: token.start } : undefined,
        // biome-ignore lint/suspicious/noArrayIndexKey: the items of one text never move
        token.items.map((item, i) => <li key={i}>{inner(item.tokens)}</li>),
      );
    case "checkbox":
      return token.checked ? "☑ " : "☐ ";
    case "table":
      return <Table token={token} depth={depth} />;
    case "hr":
      return <hr />;
    case "br":
      return <br />;
    case "link":
      return <SafeLink href={token.href}>{inner(token.tokens)}</SafeLink>;
    case "image":
      return <SafeLink href={token.href}>{token.text || token.href}</SafeLink>;
    case "text":
      return token.tokens ? inner(token.tokens) : token.text;
    case "escape":
      return token.text;
    case "space":
    case "def":
      return null;
    default:
      return token.raw;
  }
}

function SafeLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (!SAFE_LINK.test(href)) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

type TableToken = Extract<MarkedToken, { type: "table" }>;

function Table({ token, depth }: { readonly token: TableToken; readonly depth: number }) {
  return (
    <table>
      <thead>
        <tr>
          {token.header.map((cell, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the cells of one text never move
            <th key={i} scope="col">
              {nodes(cell.tokens, depth)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {token.rows.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows of one text never move
          <tr key={i}>
            {row.map((cell, j) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the cells of one text never move
              <td key={j}>{nodes(cell.tokens, depth)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
