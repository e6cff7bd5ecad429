import { Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { conditionText } from "../../../../src/monitor/search/language/one-condition.ts";
import { meQuery } from "../../../api/session.ts";
import { parseFailuresQuery, type SourceDetail, sourceQuery, updateSource } from "../../../api/sources.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { CoverageTable } from "../../../parts/coverage.tsx";
import { ENCODING_NAMES } from "../../../parts/encoding-name.ts";
import { formatAgo, formatSpan } from "../../../ui/ago.ts";
import { formatCount, formatHeadline, formatRate, formatShare } from "../../../ui/figures.ts";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Sparkline } from "../../../ui/sparkline.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { ClockSection } from "./clock.tsx";
import { RereadSection } from "./reread.tsx";
import { SilenceSection, SourceState } from "./silence.tsx";
import { Snippets } from "./snippets.tsx";
import { Settings } from "./source-settings.tsx";
import classes from "./sources.module.css";

export function SourcePage() {
  const { t } = useTranslation("sources");
  const { id } = useParams({ from: "/frame/sources/$id" });
  const { data: source, error, refetch } = useQuery(sourceQuery(id));
  const { data: me } = useQuery(meQuery);
  if (error && !source)
    return (
      <Page title={t("detail.title")}>
        <ProblemNote error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (!source)
    return (
      <Page title={t("detail.title")}>
        <RowsSkeleton rows={10} />
      </Page>
    );
  const canWrite = me?.units.find((unit) => unit.id === source.unitId)?.permissions.includes("source:write") === true;
  return (
    <Page
      title={source.name}
      lead={<Lead source={source} />}
      actions={
        <>
          <LinkButton to="/search" search={{ q: conditionText("source", source.id) }} variant="default">
            {t("detail.search")}
          </LinkButton>
          {canWrite && source.archivedAt === null ? <EnabledSwitch source={source} /> : null}
        </>
      }
    >
      {source.figuresProblem ? <p className={classes.warning}>{t("figuresProblem")}</p> : null}
      <Figures source={source} />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Failures id={source.id} />
          <RereadSection id={source.id} canWrite={canWrite} />
          <Section title={t("snippet.title")}>
            <Snippets snippets={source.snippets} />
          </Section>
        </div>
        <div className={classes.stack}>
          {source.figures?.coverage ? (
            <Section
              title={t("detail.coverage")}
              aside={t("detail.average", { average: source.figures.coverage.average.toFixed(1) })}
            >
              <CoverageTable coverage={source.figures.coverage} />
            </Section>
          ) : null}
          {source.figures?.clock ? <ClockSection clock={source.figures.clock} /> : null}
          <SilenceSection silence={source.silence} />
          <Facts source={source} />
          {canWrite && source.archivedAt === null ? <Settings key={source.version} source={source} /> : null}
        </div>
      </div>
    </Page>
  );
}

function Lead({ source }: { readonly source: SourceDetail }) {
  const { t } = useTranslation("sources");
  const { nameOf } = useUnit();
  return (
    <>
      <SourceState source={source} /> · {t(`kind.${source.kind}`)} · {nameOf(source.unitId)}
      {source.isAutomatic ? ` · ${t("automatic")}` : ""}
      {source.archivedAt ? ` · ${t("detail.archived")}` : ""}
    </>
  );
}

function Figures({ source }: { readonly source: SourceDetail }) {
  const { t, i18n } = useTranslation("sources");
  const { figures } = source;
  if (!figures) return null;
  return (
    <dl className={classes.tiles}>
      <div className={classes.tile}>
        <dt>{t("column.rate")}</dt>
        <dd>{formatRate(figures.ratePerSecond)}</dd>
      </div>
      <div className={classes.tile}>
        <dt>{t("detail.events")}</dt>
        <dd>
          {formatHeadline(figures.events, currentLanguage())}
          <Sparkline
            values={figures.sparkline}
            label={t("sparkline", { name: source.name, count: figures.events, text: formatCount(figures.events) })}
          />
        </dd>
      </div>
      <div className={classes.tile}>
        <dt>{t("detail.lastSeen")}</dt>
        <dd>
          {figures.lastSeenAt ? formatAgo(figures.lastSeenAt, i18n.language) : t("detail.never")}
          <br />
          <small>
            <Instant at={figures.lastSeenAt} />
          </small>
        </dd>
      </div>
      <div className={classes.tile}>
        <dt>{t("column.failures")}</dt>
        <dd>
          {formatCount(figures.parseFailures)}{" "}
          <small>{formatShare(figures.parseFailures / Math.max(figures.events, 1))}</small>
        </dd>
      </div>
      {figures.lag ? (
        <div className={classes.tile}>
          <dt>{t("detail.lag")}</dt>
          <dd>
            {lagText(figures.lag.medianMs, i18n.language)}{" "}
            <small>{t("detail.lagP95", { text: lagText(figures.lag.p95Ms, i18n.language) })}</small>
          </dd>
        </div>
      ) : null}
    </dl>
  );
}

const lagText = (ms: number, language: string): string =>
  Math.abs(ms) < 10_000 ? `${(ms / 1000).toFixed(1)} s` : formatSpan(Math.abs(ms), language);

function Failures({ id }: { readonly id: string }) {
  const { t } = useTranslation(["sources", "monitor"]);
  const { data, error } = useQuery(parseFailuresQuery(id));
  const { data: me } = useQuery(meQuery);
  const mayWrite = me?.permissions.includes("source:write") && data !== undefined && data.items.length > 0;
  return (
    <Section
      title={t("sources:detail.failures")}
      aside={
        mayWrite ? (
          <Link to="/sources/parsers/new" search={{ source: id }}>
            {t("sources:detail.writeParser")}
          </Link>
        ) : null
      }
    >
      {error ? <ProblemNote error={error} /> : null}
      {!data && !error ? <RowsSkeleton rows={3} /> : null}
      {data?.items.length === 0 ? <p>{t("sources:detail.noFailures")}</p> : null}
      <ul className={classes.plain}>
        {data?.items.map((failure) => (
          <li key={`${failure.problem} ${failure.dataset}`} className={classes.failure}>
            <strong>{t(`monitor:problem.${failure.problem}`, { defaultValue: failure.problem })}</strong>{" "}
            {formatCount(failure.count)} · <Instant at={failure.lastAt} />
            <pre>{failure.sampleRaw}</pre>
            <Link to="/search" search={{ event: failure.sampleEventId, q: conditionText("problem", failure.problem) }}>
              {t("sources:detail.openSample")}
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Facts({ source }: { readonly source: SourceDetail }) {
  const { t } = useTranslation(["sources", "monitor"]);
  const match = Object.values(source.match).join(" · ");
  return (
    <Section title={t("sources:detail.about")}>
      <dl className={classes.facts}>
        <dt>ID</dt>
        <dd>
          <code>{source.id}</code>
        </dd>
        <dt>{t("sources:field.format")}</dt>
        <dd>{t(`monitor:format.${source.format}`, { defaultValue: source.format })}</dd>
        <dt>{t("sources:field.timeZone")}</dt>
        <dd>{source.timeZone || "UTC"}</dd>
        <dt>{t("sources:field.encoding")}</dt>
        <dd>{source.encoding === "auto" ? t("monitor:format.auto") : ENCODING_NAMES[source.encoding]}</dd>
        {match ? (
          <>
            <dt>{t("sources:detail.match")}</dt>
            <dd>{match}</dd>
          </>
        ) : null}
        <dt>{t("sources:detail.created")}</dt>
        <dd>
          <Instant at={source.createdAt} /> {source.createdBy?.name}
        </dd>
        {source.figures?.datasets.map(({ dataset, events }) => (
          <div key={dataset} style={{ display: "contents" }}>
            <dt>{dataset || t("sources:detail.unparsed")}</dt>
            <dd>{formatCount(events)}</dd>
          </div>
        ))}
        {source.rejections.map(({ reason, count }) => (
          <div key={reason} style={{ display: "contents" }}>
            <dt>{t("sources:detail.rejected")}</dt>
            <dd>
              {t(`sources:rejection.${reason}`, { defaultValue: reason })} {formatCount(count)}
            </dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}

function EnabledSwitch({ source }: { readonly source: SourceDetail }) {
  const { t } = useTranslation("sources");
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const change = useMutation({
    mutationFn: (isEnabled: boolean) => updateSource(source.id, { version: source.version, isEnabled }),
    onMutate: (isEnabled) => queryClient.setQueryData(sourceQuery(source.id).queryKey, { ...source, isEnabled }),
    onSuccess: (detail) => queryClient.setQueryData(sourceQuery(source.id).queryKey, detail),
    onError: (error) => {
      queryClient.setQueryData(sourceQuery(source.id).queryKey, source);
      toastProblem(error);
    },
  });
  return (
    <Switch
      label={t("detail.enabled")}
      checked={source.isEnabled}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
    />
  );
}
