import type { TFunction } from "i18next";
import type { Told } from "../../../api/story.ts";
import type { Zone } from "../../../ui/clock.ts";
import { sentenceText } from "./sentence.tsx";

type Writing = { readonly told: Told; readonly zone: Zone; readonly t: TFunction<"story"> };

export const digestText = ({ told, zone }: Omit<Writing, "t">): string =>
  told.summary.map((sentence) => sentenceText(sentence, zone)).join("\n");

/** The digest and the whole story, for reports and tickets. */
export function toldMarkdown({ told, zone, t }: Writing): string {
  const line = (sentence: Told["next"]) => sentenceText(sentence, zone, true);
  const title = told.title.replaceAll(/[\\`*_[\]<>#|]/g, (mark) => `\\${mark}`);
  const chapters = told.chapters.flatMap((chapter) => [
    `### ${chapter.step ? t(`story:step.${chapter.step}`) : t("story:told.noStep")}`,
    line(chapter.lead),
    chapter.sentences.map((sentence) => `- ${line(sentence)}`).join("\n"),
  ]);
  const gaps = told.gaps.map(
    ({ text, lookIn }) => `- ${text} ${t("story:told.lookIn")}${lookIn.map((one) => one.text).join(" / ")}`,
  );
  return [
    `# INC-${told.number} ${title}`,
    told.summary.map(line).join("\n\n"),
    `## ${t("story:told.title")}`,
    ...chapters,
    ...(gaps.length > 0 ? [`## ${t("story:told.gaps")}`, gaps.join("\n")] : []),
    `## ${t("story:digest.next")}`,
    line(told.next),
  ].join("\n\n");
}
