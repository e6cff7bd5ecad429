import { Link } from "@tanstack/react-router";
import { Fragment } from "react";
import type { Sentence } from "../../../api/story.ts";
import { formatInstant, type Zone } from "../../../ui/clock.ts";
import { useClock } from "../../../ui/use-clock.tsx";
import { useIncidentRange } from "../incident/incident-range.ts";
import classes from "./story.module.css";

type Part = Sentence["parts"][number];

/** A told sentence: instants in the reader's zone, answers as ways to their events. */
export function SentenceText({ sentence }: { readonly sentence: Sentence }) {
  const { zone } = useClock();
  return sentence.parts.map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a part is its place
    <Fragment key={index}>
      <PartText part={part} zone={zone} />
    </Fragment>
  ));
}

function PartText({ part, zone }: { readonly part: Part; readonly zone: Zone }) {
  const range = useIncidentRange();
  if (part.at !== undefined) return <time dateTime={part.at}>{formatInstant(part.at, zone)}</time>;
  if (part.q === undefined) return part.question ? <strong className={classes.verb}>{part.text}</strong> : part.text;
  return (
    <Link to="/search" search={{ q: part.q, ...range }} className={classes.answer} title={part.value ?? part.text}>
      <bdi>{part.text}</bdi>
    </Link>
  );
}

/** As it is copied. Markdown: names as code, so that nothing in them is read as a mark. */
export function sentenceText({ parts }: Sentence, zone: Zone, isMarkdown = false): string {
  return parts
    .map(({ text, at, q }) => {
      if (at !== undefined) return formatInstant(at, zone);
      return isMarkdown && q !== undefined ? asCode(text) : text;
    })
    .join("");
}

function asCode(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return longest === 0 ? `\`${text}\`` : `${fence} ${text} ${fence}`;
}
