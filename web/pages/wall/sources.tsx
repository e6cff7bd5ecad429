import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Wall } from "../../api/dashboards.ts";
import { formatSpan } from "../../ui/ago.ts";
import { formatCount, formatRate } from "../../ui/figures.ts";
import { useMinute } from "../../ui/use-minute.ts";
import { NotYours } from "./not-yours.tsx";
import classes from "./wall.module.css";

const SHOWN = 3;

/** How much comes in, and from whom nothing comes any more. */
export function Sources({ sources }: { readonly sources: Wall["sources"] }) {
  const { t, i18n } = useTranslation("live");
  const nowMs = useMinute();
  if (!sources) return <NotYours />;
  const { total, silent, ratePerSecond, names } = sources;
  return (
    <>
      <dl className={classes.tiles}>
        <div>
          <dd>{ratePerSecond === null ? t("wall.unknown") : formatRate(ratePerSecond)}</dd>
          <dt>{t("wall.rate")}</dt>
        </div>
        <div>
          <dd>
            <Link to="/sources">{formatCount(total)}</Link>
          </dd>
          <dt>{t("wall.sourcesTotal")}</dt>
        </div>
        <div data-bad={silent > 0 || undefined}>
          <dd>
            <Link to="/sources" search={{ sort: "last-seen" }}>
              {formatCount(silent)}
            </Link>
          </dd>
          <dt>{t("wall.sourcesSilent")}</dt>
        </div>
      </dl>
      {silent === 0 ? (
        <p className={classes.none}>{t("wall.noSilence")}</p>
      ) : (
        <ul className={classes.lines}>
          {names.slice(0, SHOWN).map(({ id, name, since }) => (
            <li key={id}>
              <span className={classes.grow}>{name}</span>
              <strong>
                {since === null ? t("wall.unknown") : formatSpan(Math.max(0, nowMs - Date.parse(since)), i18n.language)}
              </strong>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
