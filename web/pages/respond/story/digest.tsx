import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { type Told, toldQuery } from "../../../api/story.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { KnownMeter } from "../../../parts/known-meter.tsx";
import { CopyButton } from "../../../ui/copy.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { useClock } from "../../../ui/use-clock.tsx";
import { SentenceText } from "./sentence.tsx";
import classes from "./story.module.css";
import { digestText, toldMarkdown } from "./told-text.ts";

/** For whoever has half a minute: what happened, what is not known, what to do next. */
export function StoryDigest({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation("story");
  const { data: told, error, refetch } = useQuery(toldQuery(incident.id, currentLanguage()));
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  return (
    <Section title={t("digest.title")} aside={told ? <Copies told={told} /> : null}>
      {told ? <Digest told={told} id={keyOf(incident)} /> : <RowsSkeleton rows={3} />}
    </Section>
  );
}

export function Copies({ told }: { readonly told: Told }) {
  const { t } = useTranslation("story");
  const { zone } = useClock();
  if (told.summary.length === 0) return null;
  return (
    <span className={classes.copies}>
      <CopyButton text={digestText({ told, zone })} label={t("digest.copyText")} />
      <CopyButton text={toldMarkdown({ told, zone, t })} label={t("digest.copyMarkdown")} />
    </span>
  );
}

function Digest({ told, id }: { readonly told: Told; readonly id: string }) {
  const { t } = useTranslation("story");
  return (
    <>
      <SummaryText told={told} />
      <KnownMeter known={told.known} />
      <div className={classes.pair}>
        <div>
          <h3 className={classes.small}>{t("digest.next")}</h3>
          <p className={classes.prose}>
            <SentenceText sentence={told.next} />
          </p>
          <p className={classes.ways}>
            <Link to="/incidents/$id/story" params={{ id }}>
              {t("digest.more")}
            </Link>
            <Link to="/incidents/$id/graph" params={{ id }}>
              {t("digest.graph")}
            </Link>
          </p>
        </div>
        <div>
          <h3 className={classes.small}>{t("digest.unknown")}</h3>
          {told.gaps.length === 0 ? <p className={classes.prose}>{t("digest.none")}</p> : null}
          <ul className={classes.gapsShort}>
            {told.gaps.map((gap) => (
              <li key={gap.id}>{gap.text}</li>
            ))}
          </ul>
        </div>
      </div>
    </>
  );
}

export function SummaryText({ told }: { readonly told: Told }) {
  return (
    <div className={classes.summary}>
      {told.summary.map((sentence, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a sentence is its place
        <p key={index}>
          <SentenceText sentence={sentence} />
        </p>
      ))}
    </div>
  );
}
