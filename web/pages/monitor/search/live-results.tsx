import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { formatCount } from "../../../ui/figures.ts";
import { PlayerPauseIcon, PlayerPlayIcon } from "../../../ui/icons.ts";
import { ResultTools } from "./result-tools.tsx";
import { ResultsArea } from "./results-area.tsx";
import { ResultsTable } from "./results-table.tsx";
import classes from "./search-page.module.css";
import type { SearchState } from "./use-search-state.ts";
import { useTail } from "./use-tail.ts";

/** What matches as it arrives, until it is held. */
export function LiveResults({ state }: { readonly state: SearchState }) {
  const { t } = useTranslation("search");
  const [isHeld, setHeld] = useState(false);
  const tail = useTail(state, isHeld);
  return (
    <ResultsArea
      state={state}
      rows={tail.rows}
      tools={
        <>
          <span className={classes.live} data-held={isHeld || undefined} role="status">
            {tail.end ? t(`live.end.${tail.end}`) : isHeld ? t("live.held") : t("live.on")}
            {tail.skipped > 0 ? ` · ${t("live.skipped", { text: formatCount(tail.skipped) })}` : ""}
          </span>
          <Button
            size="xs"
            variant="default"
            leftSection={isHeld ? <PlayerPlayIcon size={14} /> : <PlayerPauseIcon size={14} />}
            onClick={() => setHeld(!isHeld)}
          >
            {isHeld ? t("live.resume") : t("live.hold")}
          </Button>
          <ResultTools state={state} range={undefined} />
        </>
      }
    >
      {(active, setActive, open) =>
        tail.rows.length === 0 ? (
          <p className={classes.waiting}>{t("live.waiting")}</p>
        ) : (
          <ResultsTable
            rows={tail.rows}
            state={state}
            active={active}
            onActive={setActive}
            onOpen={open}
            isStale={false}
          />
        )
      }
    </ResultsArea>
  );
}
