import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { conditionText } from "../../../../src/monitor/search/language/one-condition.ts";
import type { IncidentDetail } from "../../../api/incidents.ts";
import { entityOfAlert, entityParams, FIELD_OF_KIND, searchOfAlert } from "../../../parts/entity-ref.ts";
import { Severity } from "../../../parts/severity.tsx";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./incident.module.css";
import { useIncidentRange } from "./incident-range.ts";

const SHOWN = 12;
/** Whom and what the alerts touch; each leads to its page, a log source to its events. */
export function EntityList({ entities }: { readonly entities: IncidentDetail["facts"]["entities"] }) {
  const { t } = useTranslation(["incident", "monitor", "shell"]);
  const [isWhole, setWhole] = useState(false);
  const range = useIncidentRange();
  const shown = isWhole ? entities : entities.slice(0, SHOWN);
  return (
    <>
      <ul className={classes.entities}>
        {shown.map(({ kind, value, severity, alerts }) => (
          <li key={`${kind} ${value}`}>
            <span className={classes.small}>{t(`monitor:entityKind.${kind}`)}</span>
            <EntityLink kind={kind} value={value} />{" "}
            <ValueMenu
              field={FIELD_OF_KIND[kind] ?? kind}
              value={value}
              query={searchOfAlert(kind, value)}
              range={range}
              size={24}
            />
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

function EntityLink({ kind, value }: { readonly kind: string; readonly value: string }) {
  const entity = entityOfAlert(kind, value);
  if (entity)
    return (
      <Link to="/monitor/entities/$kind/$value" params={entityParams(entity)} search={{}}>
        <bdi>{value}</bdi>
      </Link>
    );
  return (
    <Link to="/search" search={{ q: conditionText(FIELD_OF_KIND[kind] ?? kind, value), from: "now-7d" }}>
      <bdi>{value}</bdi>
    </Link>
  );
}
