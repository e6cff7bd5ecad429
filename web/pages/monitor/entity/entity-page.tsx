import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import {
  ENTITY_KINDS,
  type EntitySeen,
  type EntitySummary,
  type EntityWindow,
  entityExportUrl,
  entitySeenQuery,
  entitySummaryQuery,
} from "../../../api/entities.ts";
import { meQuery } from "../../../api/session.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { fromPathValue } from "../../../parts/entity-ref.ts";
import { zoneName } from "../../../ui/clock.ts";
import { CopyIconButton } from "../../../ui/copy-icon.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { DownloadIcon, NotebookIcon, SearchIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { TimeRange } from "../../../ui/time-range.tsx";
import { Instant, useClock } from "../../../ui/use-clock.tsx";
import { Activity } from "./activity.tsx";
import { AlertsOf } from "./alerts-of.tsx";
import classes from "./entity.module.css";
import { Latest } from "./latest.tsx";
import { Peers } from "./peers.tsx";
import { Tops } from "./tops.tsx";

const AddToNotebook = lazy(() =>
  import("../../../parts/add-to-notebook.tsx").then((module) => ({ default: module.AddToNotebook })),
);

const DEFAULT_FROM = "now-7d";

/** One host, person, address, domain or file: when it was seen, what it did, with whom, and which alerts it is in. */
export function EntityPage() {
  const { t } = useTranslation("entities");
  const { kind: wanted = "", value: written = "" } = useParams({ strict: false });
  const { from = DEFAULT_FROM, to = "now" } = useSearch({ strict: false });
  const { unit } = useUnit();
  const { zone } = useClock();
  const kind = ENTITY_KINDS.find((known) => known === wanted);
  const value = fromPathValue(written);
  const asked = useMemo(
    () => kind && { kind, value, from, to, unit, tz: zoneName(zone) },
    [kind, value, from, to, unit, zone],
  );
  if (!asked)
    return (
      <Page title={t("title")}>
        <p className={classes.small}>{t("noKind")}</p>
      </Page>
    );
  return <Entity key={`${asked.kind} ${asked.value}`} asked={asked} />;
}

function Entity({ asked }: { readonly asked: EntityWindow }) {
  const { t } = useTranslation("entities");
  const { data: summary, error, refetch, isFetching } = useQuery(entitySummaryQuery(asked));
  const { data: me } = useQuery(meQuery);
  const mayReadAlerts = me?.permissions.includes("alert:read") === true;
  return (
    <Page
      title={
        <>
          <span className={classes.kind}>{t(`kind.${asked.kind}`)}</span>{" "}
          <bdi className={classes.value}>{visible(asked.value, 200)}</bdi>
        </>
      }
      actions={<Actions asked={asked} summary={summary} />}
    >
      <Facts asked={asked} summary={summary} />
      {isFetching ? (
        <p className={classes.small} role="status">
          {t("looking")}
        </p>
      ) : null}
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {summary ? <Activity summary={summary} asked={asked} /> : error ? null : <RowsSkeleton rows={4} />}
      {mayReadAlerts ? <AlertsOf entity={asked} /> : null}
      {summary ? (
        <>
          <Peers summary={summary} asked={asked} />
          <Tops summary={summary} />
        </>
      ) : error ? null : (
        <RowsSkeleton rows={10} />
      )}
      <Latest asked={asked} />
    </Page>
  );
}

type AboutProps = { readonly asked: EntityWindow; readonly summary: EntitySummary | undefined };

function Actions({ asked, summary }: AboutProps) {
  const { t } = useTranslation(["entities", "search", "monitor"]);
  const navigate = useNavigate();
  const [isAdding, setAdding] = useState(false);
  const { data: me } = useQuery(meQuery);
  const mayWrite = me?.permissions.includes("incident:write") === true;
  const { from, to } = asked;
  const fileOf = (format: string) => entityExportUrl({ ...asked, format, language: currentLanguage() });
  return (
    <>
      <TimeRange
        from={from}
        to={to}
        onChange={(range) =>
          void navigate({
            to: ".",
            search: (now) => ({ ...now, from: range.from, to: range.to === "now" ? undefined : range.to }),
          })
        }
      />
      {summary?.query ? (
        <LinkButton
          to="/search"
          search={{ q: summary.query, from, to }}
          variant="default"
          leftSection={<SearchIcon size={16} stroke={1.7} />}
        >
          {t("entities:hunt")}
        </LinkButton>
      ) : null}
      {summary?.query && mayWrite ? (
        <Button variant="default" leftSection={<NotebookIcon size={16} stroke={1.7} />} onClick={() => setAdding(true)}>
          {t("monitor:value.note")}
        </Button>
      ) : null}
      <LateMenu
        position="bottom-end"
        button={
          <Button variant="default" leftSection={<DownloadIcon size={16} stroke={1.7} />}>
            {t("search:export.title")}
          </Button>
        }
      >
        {(Menu) =>
          (["csv", "json", "pdf"] as const).map((format) => (
            <Menu.Item key={format} component="a" href={fileOf(format)} download>
              {t(`entities:export.${format}`)}
            </Menu.Item>
          ))
        }
      </LateMenu>
      <CopyIconButton text={asked.value} label={t("entities:copy")} />
      {isAdding && summary ? (
        <Suspense>
          <AddToNotebook
            cell={{ kind: "query", body: summary.query, settings: { ...summary.range, columns: [] } }}
            onClose={() => setAdding(false)}
          />
        </Suspense>
      ) : null}
    </>
  );
}

/** Of everything that is kept, not of the window alone: it says so. */
function Facts({ asked, summary }: AboutProps) {
  const { t } = useTranslation("entities");
  const { data: seen, error } = useQuery(entitySeenQuery(asked));
  return (
    <>
      <dl className={classes.facts}>
        <dt>{t("first")}</dt>
        <dd>{seen ? <Moment event={seen.first} /> : error ? t("tooLong") : "…"}</dd>
        <dt>{t("last")}</dt>
        <dd>{seen ? <Moment event={seen.last} /> : error ? t("tooLong") : "…"}</dd>
        {summary && summary.spellings.length > 0 ? (
          <>
            <dt>{t("spellings")}</dt>
            <dd>
              {summary.spellings.slice(0, 12).map((text, i) => (
                <span key={text}>
                  {i > 0 ? " · " : ""}
                  <bdi>{visible(text)}</bdi>
                </span>
              ))}
            </dd>
          </>
        ) : null}
        {summary && summary.roles.length > 0 ? (
          <>
            <dt>{t("fields")}</dt>
            <dd>{summary.roles.map(({ field, events }) => `${field} ${formatCount(events)}`).join(" · ")}</dd>
          </>
        ) : null}
      </dl>
      <p className={classes.small}>{t("kept")}</p>
    </>
  );
}

/** Leads to that one event: the search of the page asks for spellings of its window, which may not be the one of then. */
function Moment({ event }: { readonly event: EntitySeen["first"] }) {
  const { t } = useTranslation("entities");
  if (event === null) return t("neverSeen");
  const { id, at } = event;
  return (
    <Link to="/search" search={{ event: id, at, from: at, to: new Date(Date.parse(at) + 1).toISOString() }}>
      <Instant at={at} />
    </Link>
  );
}
