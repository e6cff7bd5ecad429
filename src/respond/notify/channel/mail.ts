import { createHash } from "node:crypto";
import nodemailer from "nodemailer";
import { pathOf, wordsOf } from "../words/words.ts";
import { forHtml, harmless } from "./harmless.ts";
import { lineOf, type Told } from "./told.ts";

/** The operator's mail server. */
export type MailSettings = {
  readonly host: string;
  readonly port: number;
  /** "tls" from the first byte; "starttls" or nothing is sent; "none" in the open. */
  readonly security: "tls" | "starttls" | "none";
  readonly login?: { readonly user: string; readonly password: string } | undefined;
  /** The sender's address. */
  readonly from: string;
  /** The name in our ids, such as the app's host. */
  readonly domain: string;
  /** PEM of an authority of one's own. */
  readonly ca?: string | undefined;
};

export type Mailed =
  | { readonly isOk: true; readonly answer: string }
  | { readonly isOk: false; readonly answer: string; readonly isFinal: boolean };
export type Mailer = { send(to: string, told: Told | "test", locale: Told["locale"]): Promise<Mailed>; close(): void };

const TIMEOUT_MS = 20_000;
const SUBJECT_CHARS = 180;

export function createMailer(settings: MailSettings): Mailer {
  const { host, port, security, login, ca } = settings;
  const transport = nodemailer.createTransport({
    host,
    port,
    secure: security === "tls",
    requireTLS: security === "starttls",
    ignoreTLS: security === "none",
    ...(login && { auth: { user: login.user, pass: login.password } }),
    ...(ca !== undefined && { tls: { ca } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    close: () => transport.close(),
    async send(to, told, locale) {
      try {
        const { response } = await transport.sendMail({
          from: { name: "Yagura", address: settings.from },
          to: { name: "", address: to },
          // Answers of machines (out of office) are not wanted: RFC 3834.
          headers: { "Auto-Submitted": "auto-generated" },
          ...(told === "test" ? testMail(locale) : mailOf(told, settings.domain)),
        });
        return { isOk: true, answer: response };
      } catch (error) {
        return failed(error);
      }
    },
  };
}

/** A 5yz of the server is final; all else may pass. */
function failed(error: unknown): Mailed {
  const code = typeof error === "object" && error !== null && "responseCode" in error ? Number(error.responseCode) : 0;
  return { isOk: false, answer: error instanceof Error ? error.message : String(error), isFinal: code >= 500 };
}

type Content = {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId?: string;
  readonly inReplyTo?: string;
  readonly references?: string[];
};

function testMail(locale: Told["locale"]): Content {
  const { test } = wordsOf(locale);
  return { subject: `[Yagura] ${test}`, text: `${test}\n`, html: page(locale, `<p>${forHtml(test)}</p>`) };
}

/** Everything that is told of one subject stands in one thread: all refer to an id that follows from the subject. */
export function mailOf(told: Told, domain: string): Content {
  const { id, locale, matters, total, link } = told;
  const words = wordsOf(locale);
  const rest = total - matters.length;
  const lines = matters.map((matter) => ({ text: harmless(lineOf(matter, locale)), url: link(pathOf(matter)) }));
  const subject = total === 1 ? (lines[0]?.text ?? "") : words.several(total);
  const thread = total === 1 && matters[0] ? `<${digest(matters[0].subject)}@${domain}>` : undefined;
  return {
    subject: `[Yagura] ${subject}`.slice(0, SUBJECT_CHARS).toWellFormed(),
    messageId: `<${id}@${domain}>`,
    ...(thread !== undefined && { inReplyTo: thread, references: [thread] }),
    text: [
      ...lines.map(({ text, url }) => `${text}\n${url}\n`),
      ...(rest > 0 ? [`${words.more(rest)}\n${link("/notifications")}\n`] : []),
      `-- \n${words.footer}\n`,
    ].join("\n"),
    html: page(
      locale,
      [
        ...lines.map(
          ({ text, url }) => `<p>${forHtml(text)}<br><a href="${forHtml(url)}">${forHtml(words.open)}</a></p>`,
        ),
        ...(rest > 0 ? [`<p><a href="${forHtml(link("/notifications"))}">${forHtml(words.more(rest))}</a></p>`] : []),
        `<hr><p style="color:#666;font-size:12px">${forHtml(words.footer)}</p>`,
      ].join("\n"),
    ),
  };
}

const page = (locale: string, body: string): string =>
  `<!doctype html><html lang="${locale}"><meta charset="utf-8"><body style="font:14px/1.7 sans-serif">${body}</body></html>`;

const digest = (subject: string): string => createHash("sha256").update(subject).digest("hex").slice(0, 32);
