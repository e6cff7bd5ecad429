import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { conditionText } from "../../../../src/monitor/search/language/one-condition.ts";
import type { IncidentDetail } from "../../../api/incidents.ts";
import { Severity } from "../../../parts/severity.tsx";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./incident.module.css";

const SHOWN = 12;
/** The search field that holds each kind of entity. */
const FIELDS = {
  host: "host.name",
  user: "user.name",
  address: "source.ip",
  domain: "url.domain",
  source: "source",
} as const;

/** Whom and what the alerts touch; each leads to its events. */
export function EntityList({ entities }: { readonly entities: IncidentDetail["facts"]["entities"] }) {
  const { t } = useTranslation(["incident", "monitor", "shell"]);
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? entities : entities.slice(0, SHOWN);
  return (
    <>
      <ul className={classes.entities}>
        {shown.map(({ kind, value, severity, alerts }) => (
          <li key={`${kind} ${value}`}>
            <span className={classes.small}>{t(`monitor:entityKind.${kind}`)}</span>
            <Link to="/search" search={{ q: conditionText(FIELDS[kind], value), from: "now-7d" }}>
              {value}
            </Link>
            <Severity level={severity} isQuiet />
            <span className={classes.small}>{t("incident:alerts", { count: alerts, text: formatCount(alerts) })}</span>
          </li>
        ))}
      </ul>
      {entities.length > shown.length ? (
        <Button size="compact-xs" variant="subtle" onClick={() => setWhole(true)}>
          {t("shell:action.showMore", { count: entities.length - shown.length })}
        </Button>
      ) : null}
    </>
  );
}
