import { pathOf, wordsOf } from "../words/words.ts";
import { forMarkdown, forSlack, harmless } from "./harmless.ts";
import { lineOf, type Told } from "./told.ts";

const SLACK_HEADER_CHARS = 150;

/** Slack, Block Kit: https://docs.slack.dev/block-kit. At most 50 blocks; ours are at most 22. */
export function slackBody({ locale, matters, total, link }: Told): string {
  const words = wordsOf(locale);
  const heading = total === 1 ? "Yagura" : `Yagura: ${words.several(total)}`;
  const rest = total - matters.length;
  return JSON.stringify({
    // What notifications of the phone show; parsed as mrkdwn too.
    text: matters[0] ? forSlack(lineOf(matters[0], locale)) : heading,
    blocks: [
      { type: "header", text: { type: "plain_text", text: heading.slice(0, SLACK_HEADER_CHARS), emoji: false } },
      ...matters.map((matter) => ({
        type: "section",
        text: {
          type: "mrkdwn",
          verbatim: true,
          text: `${forSlack(lineOf(matter, locale))}\n<${link(pathOf(matter))}|${words.open}>`,
        },
      })),
      ...(rest > 0
        ? [{ type: "context", elements: [{ type: "plain_text", text: words.more(rest), emoji: false }] }]
        : []),
    ],
    unfurl_links: false,
    unfurl_media: false,
  });
}

/** Microsoft Teams, the webhook of a workflow: one Adaptive Card 1.4. */
export function teamsBody({ locale, matters, total, link }: Told): string {
  const words = wordsOf(locale);
  const rest = total - matters.length;
  const text = (value: string, more: object = {}) => ({ type: "TextBlock", text: value, wrap: true, ...more });
  const first = matters[0];
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    body: [
      text(total === 1 ? "Yagura" : `Yagura: ${words.several(total)}`, { weight: "Bolder", size: "Medium" }),
      ...matters.map((matter) => text(forMarkdown(lineOf(matter, locale)))),
      ...(rest > 0 ? [text(words.more(rest), { isSubtle: true })] : []),
    ],
    actions: [
      { type: "Action.OpenUrl", title: words.open, url: link(total === 1 && first ? pathOf(first) : "/notifications") },
    ],
  };
  return JSON.stringify({
    type: "message",
    attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }],
  });
}

/** Mattermost, incoming webhook. An attachment's fallback is what phones show, and is not parsed. */
export function mattermostBody({ locale, matters, total, link }: Told): string {
  const words = wordsOf(locale);
  const rest = total - matters.length;
  const lines = matters.map(
    (matter) => `- ${forMarkdown(lineOf(matter, locale))} – [${words.open}](${link(pathOf(matter))})`,
  );
  return JSON.stringify({
    username: "Yagura",
    attachments: [
      {
        fallback: matters[0] ? harmless(lineOf(matters[0], locale)) : "Yagura",
        title: total === 1 ? "Yagura" : `Yagura: ${words.several(total)}`,
        text: [...lines, ...(rest > 0 ? [words.more(rest)] : [])].join("\n"),
      },
    ],
  });
}
