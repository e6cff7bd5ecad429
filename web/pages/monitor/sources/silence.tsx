import { NativeSelect } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SourceRow } from "../../../api/sources.ts";
import { Health } from "../../../parts/health.tsx";
import { formatAgo, formatSpan } from "../../../ui/ago.ts";
import { AlertTriangleIcon } from "../../../ui/icons.ts";
import { Section } from "../../../ui/page.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./sources.module.css";

type Silence = SourceRow["silence"];

/** How the source is: a silence beyond its cadence says more than the time since it was last heard. */
export function SourceState({
  source: { health, silence },
}: {
  readonly source: Pick<SourceRow, "health" | "silence">;
}) {
  return <Health health={silence.state === "silent" ? "silent" : health} />;
}

/** Beside the state: since when it is silent, or when it was last heard, and whether its cadence is being learned. */
export function SilenceNote({ source: { figures, silence } }: { readonly source: SourceRow }) {
  const { t, i18n } = useTranslation("sources");
  const lastAt = silence.since ?? figures?.lastSeenAt;
  const isLearning = silence.state === "learning" && lastAt;
  return [lastAt ? formatAgo(lastAt, i18n.language) : "", isLearning ? t("silence.learning") : ""]
    .filter(Boolean)
    .join(" · ");
}

/** While no source can be heard, silence says nothing: without this a reader would take it for calm. */
export function DeafNote({ since }: { readonly since: string }) {
  const { t } = useTranslation("sources");
  return (
    <p className={classes.warning}>
      <AlertTriangleIcon size={16} aria-hidden /> {t("silence.deaf")} <Instant at={since} />
    </p>
  );
}

/** What is expected of the source, and what comes of its silence. */
export function SilenceSection({ silence }: { readonly silence: Silence }) {
  const { t, i18n } = useTranslation("sources");
  const { state, since, usualPauseMs, afterMs } = silence;
  const span = (ms: number): string => formatSpan(ms, i18n.language);
  return (
    <Section title={t("silence.title")}>
      <dl className={classes.facts}>
        <dt>{t("silence.now")}</dt>
        <dd>
          {t(`silence.state.${state}`)}
          {since ? (
            <>
              {" "}
              <Instant at={since} />
            </>
          ) : null}
        </dd>
        {usualPauseMs === null ? null : (
          <>
            <dt>{t("silence.usual")}</dt>
            <dd>{t("silence.usualText", { span: span(usualPauseMs) })}</dd>
          </>
        )}
        {afterMs === null ? null : (
          <>
            <dt>{t("silence.after")}</dt>
            <dd>{t("silence.afterText", { span: span(afterMs) })}</dd>
          </>
        )}
      </dl>
      <p className={classes.hint}>
        {t(`silence.meaning.${state === "learning" || state === "off" ? state : "watched"}`)}
      </p>
    </Section>
  );
}

const CHOICES = [5, 15, 30, 60, 180, 720, 1440, 4320, 10_080] as const;

type FieldProps = { readonly minutes: number | null; readonly onChange: (minutes: number | null) => void };

/** After how long without a log an alert is raised: by the source's own cadence, after a fixed time, or never. */
export function SilenceField({ minutes, onChange }: FieldProps) {
  const { t, i18n } = useTranslation("sources");
  const fixed = [...new Set([...CHOICES, ...(minutes ? [minutes] : [])])].sort((one, two) => one - two);
  return (
    <NativeSelect
      label={t("silence.field")}
      description={t("silence.fieldHint")}
      value={minutes === null ? "auto" : String(minutes)}
      onChange={(event) => onChange(event.currentTarget.value === "auto" ? null : Number(event.currentTarget.value))}
      data={[
        { value: "auto", label: t("silence.auto") },
        ...fixed.map((value) => ({
          value: String(value),
          label: t("silence.afterText", { span: formatSpan(value * 60_000, i18n.language) }),
        })),
        { value: "0", label: t("silence.never") },
      ]}
    />
  );
}
