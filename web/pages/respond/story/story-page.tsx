import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { IncidentDetail } from "../../../api/incidents.ts";
import { type Gap, type Told, toldQuery } from "../../../api/story.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { KnownMeter } from "../../../parts/known-meter.tsx";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { IncidentFrame } from "../incident/incident-frame.tsx";
import { useIncidentRange } from "../incident/incident-range.ts";
import { Basis } from "./basis.tsx";
import { Copies, SummaryText } from "./digest.tsx";
import { SentenceText } from "./sentence.tsx";
import classes from "./story.module.css";

export function StoryPage() {
  return <IncidentFrame>{(incident) => <Story incident={incident} />}</IncidentFrame>;
}

function Story({ incident }: { readonly incident: IncidentDetail }) {
  const { t } = useTranslation("story");
  const { data: told, error, refetch } = useQuery(toldQuery(incident.id, currentLanguage()));
  if (error) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!told) return <RowsSkeleton rows={14} />;
  if (told.chapters.length === 0) return <Empty title={t("told.empty")}>{t("told.emptyHint")}</Empty>;
  return (
    <div className={classes.columns}>
      <div className={classes.stack}>
        <Section title={t("digest.title")} aside={<Copies told={told} />}>
          <SummaryText told={told} />
        </Section>
        <Section title={t("told.title")}>
          <Basis basis={told.basis} />
          <Chapters told={told} incident={incident} />
        </Section>
      </div>
      <div className={classes.stack}>
        <Section title={t("told.answers")}>
          <KnownMeter known={told.known} />
          <Answers told={told} />
        </Section>
        <Section title={t("told.gaps")}>
          <Gaps gaps={told.gaps} />
        </Section>
        <Section title={t("digest.next")}>
          <p className={classes.prose}>
            <SentenceText sentence={told.next} />
          </p>
        </Section>
      </div>
    </div>
  );
}

function Chapters({ told, incident }: { readonly told: Told; readonly incident: IncidentDetail }) {
  const { t } = useTranslation("story");
  return told.chapters.map((chapter) => (
    <section key={chapter.step ?? ""} className={classes.chapter}>
      <h3>{chapter.step ? t(`step.${chapter.step}`) : t("told.noStep")}</h3>
      <p className={classes.prose}>
        <SentenceText sentence={chapter.lead} />
      </p>
      <ol className={classes.deeds}>
        {chapter.sentences.map((sentence, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a sentence is its place
          <li key={index}>
            <SentenceText sentence={sentence} />
            <Sources sentence={sentence} incident={incident} />
          </li>
        ))}
      </ol>
      {chapter.more > 0 ? (
        <p className={classes.small}>{t("told.more", { count: chapter.more, text: formatCount(chapter.more) })}</p>
      ) : null}
    </section>
  ));
}

const SOURCES = 3;

/** Where a sentence comes from: its event, and the alerts that saw it. */
function Sources({ sentence, incident }: { readonly sentence: Told["next"]; readonly incident: IncidentDetail }) {
  const { t } = useTranslation("story");
  const titleOf = useRuleTitle();
  const alerts = incident.alerts.filter(({ id }) => sentence.alertIds.includes(id));
  return (
    <span className={classes.sources}>
      {sentence.event ? (
        <Link to="/search" search={{ event: sentence.event.id, at: sentence.event.time }}>
          {t("told.event")}
        </Link>
      ) : null}
      {alerts.slice(0, SOURCES).map(({ id, rule }) => (
        <Link key={id} to="/alerts" search={{ alert: id, status: "open,in-progress,closed" }}>
          {titleOf(rule)}
        </Link>
      ))}
    </span>
  );
}

function Answers({ told }: { readonly told: Told }) {
  const { t } = useTranslation(["story", "monitor"]);
  const range = useIncidentRange();
  return (
    <dl className={classes.answers}>
      {told.answers.map(({ question, values, more }) => (
        <div key={question}>
          <dt>{t(`monitor:six.${question}`)}</dt>
          <dd>
            {values.length === 0 ? <span className={classes.small}>{t("monitor:six.unknown")}</span> : null}
            <ul>
              {values.map(({ value, text, events, q }) => (
                <li key={value}>
                  {question === "when" ? (
                    <Instant at={value} />
                  ) : (
                    <>
                      <Link to="/search" search={{ q, ...range }} title={value}>
                        <bdi>{text}</bdi>
                      </Link>{" "}
                      <span className={classes.small}>{formatCount(events)}</span>
                    </>
                  )}
                </li>
              ))}
            </ul>
            {more > 0 ? (
              <span className={classes.small}>{t("story:told.moreValues", { text: formatCount(more) })}</span>
            ) : null}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Gaps({ gaps }: { readonly gaps: readonly Gap[] }) {
  const { t } = useTranslation("story");
  const range = useIncidentRange();
  if (gaps.length === 0) return <p className={classes.prose}>{t("told.noGaps")}</p>;
  return (
    <ul className={classes.gaps}>
      {gaps.map(({ id, text, lookIn }) => (
        <li key={id}>
          <p>{text}</p>
          <p className={classes.small}>
            {t("told.lookIn")}
            {lookIn.map((one, index) => (
              <span key={one.text}>
                {index > 0 ? " / " : ""}
                {one.q ? (
                  <Link to="/search" search={{ q: one.q, ...range }}>
                    {one.text}
                  </Link>
                ) : (
                  one.text
                )}
              </span>
            ))}
          </p>
        </li>
      ))}
    </ul>
  );
}
