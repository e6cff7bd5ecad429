import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { openClocksQuery } from "../../api/duty-clocks.ts";
import { meQuery } from "../../api/session.ts";
import { currentLanguage } from "../../app/i18n.ts";
import { Countdown } from "../../parts/deadline.tsx";
import { formatCount } from "../../ui/figures.ts";
import { NotYours } from "./not-yours.tsx";
import classes from "./wall.module.css";

const SHOWN = 3;

/** Deadlines of laws and contracts that run, the nearest first. */
export function Duties() {
  const { t } = useTranslation("live");
  const { data: me } = useQuery(meQuery);
  const mayRead = me?.permissions.includes("incident:read") === true;
  const { data } = useQuery({ ...openClocksQuery, enabled: mayRead });
  if (me && !mayRead) return <NotYours />;
  if (!data) return null;
  if (data.total === 0) return <p className={classes.none}>{t("wall.noDuties")}</p>;
  const language = currentLanguage();
  const more = data.total - SHOWN;
  return (
    <ul className={classes.lines}>
      {data.items.slice(0, SHOWN).map((one) => (
        <li key={`${one.incidentId} ${one.clock}`}>
          <Link to="/incidents/$id/duties" params={{ id: `INC-${one.number}` }}>
            INC-{one.number}
          </Link>
          <span className={classes.grow}>{one.entryName[language]}</span>
          <Countdown startsAt={one.startsAt} dueAt={one.dueAt} />
        </li>
      ))}
      {more > 0 ? <li className={classes.small}>{t("wall.more", { count: more, text: formatCount(more) })}</li> : null}
    </ul>
  );
}
