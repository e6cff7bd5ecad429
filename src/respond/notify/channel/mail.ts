import { createHash } from "node:crypto";
import nodemailer from "nodemailer";
import { z } from "zod";
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

/** Replies that speak of the connection, the login or the sender's right to relay, at whatever command they come. */
const NOT_OF_THE_MESSAGE = new Set([503, 521, 530, 534, 535, 538]);
const Refusal = z.object({ message: z.string(), command: z.string().catch(""), responseCode: z.number().catch(0) });

/**
 * A 5yz to this recipient or this text is final. All else passes when somebody mends it: a wrong password, a sender that is refused,
 * a relay that does not know us (5.7.x to RCPT, RFC 3463).
 */
export function failed(error: unknown): Mailed {
  const { data } = Refusal.safeParse(error);
  const answer = data?.message ?? String(error);
  if (data === undefined || data.responseCode < 500 || NOT_OF_THE_MESSAGE.has(data.responseCode))
    return passing(answer);
  const isOfRecipient = data.command === "RCPT TO" && !/\b5\.7\.\d+\b/.test(answer);
  return isOfRecipient || data.command === "DATA" ? { isOk: false, answer, isFinal: true } : passing(answer);
}

const passing = (answer: string): Mailed => ({ isOk: false, answer, isFinal: false });

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
