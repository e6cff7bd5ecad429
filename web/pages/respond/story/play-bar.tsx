import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { AttackGraph } from "../../../api/story.ts";
import { PlayerPauseIcon, PlayerPlayIcon } from "../../../ui/icons.ts";
import { Segments } from "../../../ui/segments.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./graph.module.css";
import { useNames } from "./names.ts";
import { type Playback, SPEEDS } from "./use-playback.ts";

/** Play, step, speed, and in words what just happened. */
export function PlayBar({ graph, play }: { readonly graph: AttackGraph; readonly play: Playback }) {
  const { t } = useTranslation("story");
  return (
    <div className={classes.bar}>
      <div className={classes.buttons}>
        <Button
          size="xs"
          leftSection={play.isPlaying ? <PlayerPauseIcon size={14} /> : <PlayerPlayIcon size={14} />}
          onClick={play.toggle}
        >
          {play.isPlaying ? t("graph.pause") : t("graph.play")}
        </Button>
        <Button size="xs" variant="default" disabled={play.at === 0} onClick={() => play.go(play.at - 1)}>
          {t("graph.back")}
        </Button>
        <Button size="xs" variant="default" disabled={play.at === play.all} onClick={() => play.go(play.at + 1)}>
          {t("graph.forward")}
        </Button>
        <Segments
          aria-label={t("graph.speed")}
          value={play.speed}
          onChange={play.changeSpeed}
          data={SPEEDS.map((value) => ({ value, label: `${value}×` }))}
        />
        <input
          type="range"
          className={classes.range}
          aria-label={t("graph.position")}
          aria-valuetext={t("graph.place", { at: play.at, all: play.all })}
          min={0}
          max={play.all}
          value={play.at}
          onChange={(event) => play.go(Number(event.currentTarget.value))}
        />
        <span className={classes.place}>{t("graph.place", { at: play.at, all: play.all })}</span>
      </div>
      <Now graph={graph} at={play.at} />
      <p className={classes.small}>{t("graph.keys")}</p>
    </div>
  );
}

function Now({ graph, at }: { readonly graph: AttackGraph; readonly at: number }) {
  const { t } = useTranslation(["story", "monitor"]);
  const { nameOf, verbOf } = useNames(graph);
  const edge = graph.edges[at - 1];
  return (
    <p className={classes.now} aria-live="polite">
      {edge ? (
        <>
          <Instant at={edge.firstAt} />{" "}
          <bdi>
            {t("story:graph.now", { from: nameOf(edge.from), to: nameOf(edge.to), verb: verbOf(edge.didWhat) })}
          </bdi>
        </>
      ) : (
        t("story:graph.before")
      )}
    </p>
  );
}
