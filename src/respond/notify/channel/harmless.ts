import { visible } from "../../../kernel/visible.ts";

/**
 * Text that logs and people wrote, so that no program that shows it makes a link or a call of it: `evil.example` becomes
 * `evil[.]example` and `https://` becomes `https[:]//`, as analysts write them to each other; an @ becomes its full-width twin.
 */
export function harmless(text: string): string {
  return visible(text, MAX_CHARS)
    .replaceAll("://", "[:]//")
    .replaceAll(/(?<=[\p{L}\p{N}_-])\.(?=\p{L}{2,})/gu, "[.]")
    .replaceAll("@", "＠");
}
const MAX_CHARS = 500;

/** Slack's mrkdwn has three characters that begin something; the rest are ornaments that cannot call anybody. */
export const forSlack = (text: string): string =>
  harmless(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[*_~`]/g, zeroWidth);
/** An ornament next to a zero-width joiner is no ornament. */
const zeroWidth = (mark: string): string => `\u2060${mark}\u2060`;

/** CommonMark: every mark behind a backslash is itself. */
export const forMarkdown = (text: string): string => harmless(text).replaceAll(/[\\`*_{}[\]()#+\-.!<>|~:$^=]/g, "\\$&");

export const forHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
