import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertChange, type AlertRow, LEVELS } from "../../../api/alerts.ts";
import { Severity } from "../../../parts/severity.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { CircleCheckIcon, FlameIcon, PlayerPlayIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { IncidentMenu } from "../../respond/incident/incident-menu.tsx";
import classes from "./alerts-page.module.css";
import { AssignMenu } from "./assign-menu.tsx";
import { CloseDialog } from "./close-dialog.tsx";
import type { Chosen } from "./rows.ts";
import triage from "./triage.module.css";
import { useChangeAlerts } from "./use-change-alerts.ts";

/** As many as one act may name. */
const MAX_CHOSEN = 20_000;

type BulkProps = {
  readonly rows: readonly AlertRow[];
  /** Those too that left the list: as many as are said to be chosen. */
  readonly chosen: readonly AlertRow[];
  /** Chosen as "all that match": exactly those of that moment, with their versions. */
  readonly all: readonly Chosen[] | undefined;
  /** What an act is for, as it is now. */
  readonly targets: () => readonly Chosen[];
  readonly total: number;
  readonly isTotalCapped: boolean;
  readonly isChoosing: boolean;
  readonly onChooseAll: () => void;
  readonly onClear: () => void;
};

/** What can be done to all chosen alerts in one step. */
export function BulkBar(props: BulkProps) {
  const { rows, chosen, all, targets, total, isTotalCapped, isChoosing, onChooseAll, onClear } = props;
  const { t } = useTranslation(["alerts", "monitor"]);
  const [closing, setClosing] = useState<readonly Chosen[]>();
  /** As it was when a menu opened: what others change while one chooses in it collides, and is not overwritten. */
  const held = useRef<readonly Chosen[]>(undefined);
  const hold = () => {
    held.current = targets();
  };
  const act = useChangeAlerts();
  const count = all?.length ?? chosen.length;
  const text = formatCount(count);
  const run = (change: AlertChange, said: (done: number) => string, alerts = held.current ?? targets()) => {
    act.mutate({ alerts, change, said });
    onClear();
  };
  const told = (key: "unassigned" | "started" | "judged" | "closed") => (done: number) =>
    t(`alerts:toast.${key}`, { count: done, text: formatCount(done) });
  const isMore = isTotalCapped || total > MAX_CHOSEN;
  return (
    <section className={classes.bulk} aria-label={t("alerts:bulk.label")}>
      <strong aria-live="polite">{t("alerts:bulk.chosen", { count, text })}</strong>
      {!all && chosen.length === rows.length && (isTotalCapped || total > rows.length) ? (
        <Button size="compact-sm" variant="subtle" loading={isChoosing} onClick={onChooseAll}>
          {isMore
            ? t("alerts:bulk.chooseFirst", { text: formatCount(MAX_CHOSEN), total: formatCount(total) })
            : t("alerts:bulk.chooseAll", { count: total, text: formatCount(total) })}
        </Button>
      ) : null}
      {all ? <span className={triage.small}>{t("alerts:bulk.frozen")}</span> : null}
      <span className={classes.spacer} />
      <AssignMenu
        unitIds={[...new Set(chosen.map(({ unitId }) => unitId))]}
        onOpen={hold}
        onAssign={(assigneeId, name) =>
          run(
            { assigneeId },
            assigneeId === null
              ? told("unassigned")
              : (done) => t("alerts:toast.assigned", { count: done, text: formatCount(done), name }),
          )
        }
      />
      <Button
        size="xs"
        variant="default"
        leftSection={<PlayerPlayIcon size={14} />}
        onClick={() => run({ status: "in-progress" }, told("started"), targets())}
      >
        {t("alerts:bulk.start")}
      </Button>
      <LateMenu
        position="top"
        onChange={(isOpen) => isOpen && hold()}
        button={
          <Button size="xs" variant="default" leftSection={<FlameIcon size={14} />}>
            {t("alerts:bulk.judge")}
          </Button>
        }
      >
        {(Menu) => (
          <>
            {LEVELS.map((level) => (
              <Menu.Item key={level} onClick={() => run({ expertSeverity: level }, told("judged"))}>
                <Severity level={level} isQuiet />
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => run({ expertSeverity: null }, told("judged"))}>
              {t("alerts:bulk.withdraw")}
            </Menu.Item>
          </>
        )}
      </LateMenu>
      {all ? null : <IncidentMenu alerts={chosen} onDone={onClear} />}
      <Button size="xs" leftSection={<CircleCheckIcon size={14} />} onClick={() => setClosing(targets())}>
        {t("alerts:bulk.close")}
      </Button>
      <Button size="xs" variant="subtle" onClick={onClear}>
        {t("alerts:bulk.clear")}
      </Button>
      {closing ? (
        <CloseDialog
          count={closing.length}
          onCancel={() => setClosing(undefined)}
          onClose={(change) => {
            setClosing(undefined);
            run(change, told("closed"), closing);
          }}
        />
      ) : null}
    </section>
  );
}
