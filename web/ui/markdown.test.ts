import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { Markdown } from "./markdown.tsx";

const drawn = (text: string): string => renderToStaticMarkup(createElement(Markdown, { text }));

describe("Markdown of people", () => {
  it.each([
    ["**太字** と `code`", /<strong>太字<\/strong> と <code>code<\/code>/],
    ["# 見出し", /<h3>見出し<\/h3>/],
    ["- a\n- b", /<ul><li>a<\/li><li>b<\/li><\/ul>/],
    ["3. c", /<ol start="3"><li>c<\/li><\/ol>/],
    ["| a | b |\n|---|---|\n| 1 | 2 |", /<th scope="col">a<\/th>.*<td>2<\/td>/s],
    [
      "[表](https://example.jp/)",
      /<a href="https:\/\/example\.jp\/" target="_blank" rel="noopener noreferrer nofollow">表<\/a>/,
    ],
    ["一行\n二行", /一行<br\/>二行/],
    ["```\n<b>\n```", /<pre><code>&lt;b&gt;<\/code><\/pre>/],
  ])("%j is drawn", (text, expected) => {
    expect(drawn(text)).toMatch(expected);
  });

  it.each([
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "text <b onclick=x>bold</b>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "![x](https://example.jp/track.png)",
    "![x](javascript:alert(1))",
    "<a href='javascript:alert(1)'>x</a>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<svg/onload=alert(1)>",
  ])("%j runs nothing and fetches nothing", (text) => {
    const html = drawn(text);
    expect(html).not.toMatch(/<(script|img|b|svg|iframe)[\s>/]/i);
    expect(html).not.toMatch(/(href|src)="(?!https?:|mailto:)/i);
    expect(html).not.toMatch(/\son\w+=(?!.*&[lg]t;)/i);
  });

  it("of any depth is drawn to its end", () => {
    expect(drawn(`${">".repeat(2_000)} deep`)).toContain("deep");
  });
});
