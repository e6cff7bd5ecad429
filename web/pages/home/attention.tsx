import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { LEVELS } from "../../api/alerts.ts";
import { Severity } from "../../parts/severity.tsx";
import { formatAgo } from "../../ui/ago.ts";
import { formatCount, formatShare } from "../../ui/figures.ts";
import { ActivityIcon, BellIcon, CircleCheckIcon, DatabaseIcon, FileTextIcon } from "../../ui/icons.ts";
import { Section } from "../../ui/page.tsx";
import { RowsSkeleton } from "../../ui/skeletons.tsx";
import classes from "./home-page.module.css";
import type { AttentionFacts } from "./use-attention.ts";

const SHOWN = 3;

export function Attention({ facts }: { readonly facts: AttentionFacts }) {
  const { t } = useTranslation("home");
  const isLoading =
    (facts.can("alert:read") && !facts.counts.data) || (facts.can("source:read") && !facts.sources.data);
  return (
    <Section title={t("attention.title")}>
      {isLoading && !facts.counts.error && !facts.sources.error ? (
        <RowsSkeleton rows={5} />
      ) : (
        <ul className={classes.list}>
          {facts.counts.data ? <OpenAlerts facts={facts} /> : null}
          {facts.sources.data ? (
            <>
              <SilentSources facts={facts} />
              <ParseFailures facts={facts} />
              <Refused facts={facts} />
            </>
          ) : null}
        </ul>
      )}
    </Section>
  );
}

type ThingProps = { icon: typeof BellIcon; title: string; isCalm?: boolean; children?: ReactNode };

function Thing({ icon: Icon, title, isCalm = false, children }: ThingProps) {
  const Shown = isCalm ? CircleCheckIcon : Icon;
  return (
    <li className={classes.thing} data-calm={isCalm || undefined}>
      <Shown size={18} stroke={1.7} aria-hidden className={classes.thingIcon} />
      <div className={classes.thingWords}>
        <p className={classes.thingTitle}>{title}</p>
        {children}
      </div>
    </li>
  );
}

function OpenAlerts({ facts }: { readonly facts: AttentionFacts }) {
  const { t } = useTranslation("home");
  const { counts, open } = facts;
  if (open.length === 0) return <Thing icon={BellIcon} title={t("attention.openAlertsNone")} isCalm />;
  const unassigned = counts.data?.unassigned ?? 0;
  const mine = counts.data?.mine ?? 0;
  return (
    <Thing icon={BellIcon} title={t("attention.openAlerts")}>
      <div className={classes.levels}>
        {LEVELS.map((level) => {
          const count = open.find(({ severity }) => severity === level)?.count ?? 0;
          return count === 0 ? null : (
            <Link key={level} to="/alerts" search={{ status: "open", severity: level }} className={classes.level}>
              <Severity level={level} isQuiet /> <strong>{formatCount(count)}</strong>
            </Link>
          );
        })}
      </div>
      <p className={classes.sub}>
        {unassigned > 0 ? (
          <Link to="/alerts" search={{ status: "open,in-progress", assignee: "none" }}>
            {t("attention.unassigned", { count: unassigned, text: formatCount(unassigned) })}
          </Link>
        ) : null}
        {mine > 0 ? (
          <Link to="/alerts" search={{ status: "open,in-progress", assignee: "me" }}>
            {t("attention.mine", { count: mine, text: formatCount(mine) })}
          </Link>
        ) : null}
      </p>
    </Thing>
  );
}

function SilentSources({ facts }: { readonly facts: AttentionFacts }) {
  const { t, i18n } = useTranslation("home");
  const { silent } = facts;
  if (silent.length === 0) return <Thing icon={ActivityIcon} title={t("attention.silentNone")} isCalm />;
  return (
    <Thing icon={ActivityIcon} title={t("attention.silent")}>
      {silent.slice(0, SHOWN).map(({ id, name, figures }) => (
        <p key={id} className={classes.sub}>
          <Link to="/sources/$id" params={{ id }}>
            {name}
          </Link>
          {figures?.lastSeenAt ? t("attention.lastSeen", { ago: formatAgo(figures.lastSeenAt, i18n.language) }) : ""}
        </p>
      ))}
      <More count={silent.length - SHOWN} />
    </Thing>
  );
}

function ParseFailures({ facts }: { readonly facts: AttentionFacts }) {
  const { t } = useTranslation("home");
  const { failing } = facts;
  if (failing.length === 0) return <Thing icon={FileTextIcon} title={t("attention.failuresNone")} isCalm />;
  return (
    <Thing icon={FileTextIcon} title={t("attention.failures")}>
      {failing.slice(0, SHOWN).map(({ id, name, figures }) => (
        <p key={id} className={classes.sub}>
          <Link to="/sources/$id" params={{ id }}>
            {t("attention.failuresOf", {
              name,
              text: formatCount(figures?.parseFailures ?? 0),
              share: formatShare((figures?.parseFailures ?? 0) / Math.max(figures?.events ?? 1, 1)),
            })}
          </Link>
        </p>
      ))}
      <More count={failing.length - SHOWN} />
    </Thing>
  );
}

function Refused({ facts }: { readonly facts: AttentionFacts }) {
  const { t } = useTranslation("home");
  const refused = (facts.sources.data?.unattributedRejections ?? []).reduce((sum, { count }) => sum + count, 0);
  if (refused === 0) return null;
  return (
    <Thing icon={DatabaseIcon} title={`${t("attention.rejected")} ${formatCount(refused)}`}>
      <p className={classes.sub}>
        <Link to="/sources">{t("attention.rejectedHint")}</Link>
      </p>
    </Thing>
  );
}

function More({ count }: { readonly count: number }) {
  const { t } = useTranslation("home");
  return count > 0 ? (
    <p className={classes.sub}>
      <Link to="/sources">{t("attention.more", { count })}</Link>
    </p>
  ) : null;
}
