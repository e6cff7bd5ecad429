import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../../../src/kernel/visible.ts";
import { entityText } from "../../../../src/monitor/search/language/entity.ts";
import { type EntityRef, type EntitySummary, type EntityWindow, entityBeforeQuery } from "../../../api/entities.ts";
import { entityParams, FIELD_OF_KIND } from "../../../parts/entity-ref.ts";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import classes from "./entity.module.css";

/** Whom and what it met most: a list to go on from, and the same as a small picture. */
export function Peers({ summary, asked }: { readonly summary: EntitySummary; readonly asked: EntityWindow }) {
  const { t } = useTranslation("entities");
  const { peers } = summary;
  const { isNew, note } = useNews(asked, peers);
  const most = peers[0]?.count ?? 1;
  return (
    <Section
      title={t("peers.title")}
      aside={summary.sampled ? t("sampled", { text: formatCount(summary.rowsExamined) }) : null}
    >
      {peers.length === 0 ? (
        <p className={classes.small}>{t("peers.none")}</p>
      ) : (
        <>
          <p className={classes.small}>{note}</p>
          <div className={classes.halves}>
            <ol className={classes.list} aria-label={t("peers.title")}>
              {peers.map((peer) => (
                <li key={`${peer.kind} ${peer.value}`} className={classes.row}>
                  <span className={classes.bar} style={{ width: `${(peer.count / most) * 100}%` }} aria-hidden />
                  <span>
                    <span className={classes.small}>{t(`kind.${peer.kind}`)}</span>{" "}
                    <Link
                      to="/monitor/entities/$kind/$value"
                      params={entityParams(peer)}
                      search={({ from, to }) => ({ from, to })}
                      className={classes.name}
                    >
                      <bdi>{visible(peer.value)}</bdi>
                    </Link>
                    {isNew(peer) ? <span className={classes.news}>{t("peers.new")}</span> : null}
                  </span>
                  <span className={classes.count}>{formatCount(peer.count)}</span>
                  <ValueMenu
                    field={FIELD_OF_KIND[peer.kind] ?? peer.kind}
                    value={peer.value}
                    query={entityText(peer.kind, peer.value)}
                    range={summary.range}
                  />
                </li>
              ))}
            </ol>
            <Picture summary={summary} />
          </div>
        </>
      )}
    </Section>
  );
}

const MAX_ASKED_CHARS = 300;

/** Which peers were not beside it before the window, and a sentence on what that was read from. */
function useNews(asked: EntityWindow, peers: EntitySummary["peers"]) {
  const { t } = useTranslation("entities");
  const wanted = useMemo(
    () => peers.filter(({ value }) => value.length <= MAX_ASKED_CHARS).map(({ kind, value }) => ({ kind, value })),
    [peers],
  );
  const { data, error } = useQuery({ ...entityBeforeQuery(asked, wanted), enabled: wanted.length > 0 });
  const news = new Set(
    data?.wasHere ? wanted.filter((_, i) => data.known[i] === false).map(({ kind, value }) => `${kind} ${value}`) : [],
  );
  return {
    isNew: ({ kind, value }: EntityRef) => news.has(`${kind} ${value}`),
    note: error ? t("peers.unknown") : !data ? t("peers.looking") : data.wasHere ? t("peers.hint") : t("peers.allNew"),
  };
}

const DRAWN = 12;
const SIZE = { width: 420, height: 340 };

/** The largest dozen around it, thicker for more events. The list beside it says the same in words. */
function Picture({ summary: { value, peers } }: { readonly summary: EntitySummary }) {
  const [cx, cy] = [SIZE.width / 2, SIZE.height / 2];
  const most = Math.log1p(peers[0]?.count ?? 1);
  const drawn = peers.slice(0, DRAWN).map((peer, i, all) => {
    const angle = (i / all.length) * 2 * Math.PI - Math.PI / 2;
    return { peer, x: cx + Math.cos(angle) * 128, y: cy + Math.sin(angle) * 128, isRight: Math.cos(angle) >= -0.01 };
  });
  return (
    <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} className={classes.picture} aria-hidden="true">
      {drawn.map(({ peer, x, y }) => (
        <line
          key={`${peer.kind} ${peer.value}`}
          x1={cx}
          y1={cy}
          x2={x}
          y2={y}
          className={classes.line}
          strokeWidth={1 + (Math.log1p(peer.count) / most) * 5}
        />
      ))}
      {drawn.map(({ peer, x, y, isRight }) => (
        <g key={`${peer.kind} ${peer.value}`}>
          <circle cx={x} cy={y} r={5} className={classes.dot} />
          <text
            x={x}
            y={y + (y < cy ? -11 : 20)}
            textAnchor={Math.abs(x - cx) < 20 ? "middle" : isRight ? "start" : "end"}
            dx={Math.abs(x - cx) < 20 ? 0 : isRight ? -30 : 30}
            className={classes.label}
          >
            {visible(peer.value, 20)}
          </text>
        </g>
      ))}
      <circle cx={cx} cy={cy} r={9} className={classes.center} />
      <text x={cx} y={cy + 26} textAnchor="middle" className={classes.label}>
        {visible(value, 28)}
      </text>
    </svg>
  );
}
