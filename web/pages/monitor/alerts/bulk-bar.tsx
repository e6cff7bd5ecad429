import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertChange, type AlertRow, type BulkTarget, LEVELS } from "../../../api/alerts.ts";
import { Severity } from "../../../parts/severity.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { CircleCheckIcon, FlameIcon, PlayerPlayIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { IncidentMenu } from "../../respond/incident/incident-menu.tsx";
import classes from "./alerts-page.module.css";
import { AssignMenu } from "./assign-menu.tsx";
import { CloseDialog } from "./close-dialog.tsx";
import triage from "./triage.module.css";
import { useChangeAlerts } from "./use-alerts.ts";

/** As many as one act may name. */
const MAX_CHOSEN = 20_000;

export type Chosen = { readonly id: string; readonly version: number };
type BulkProps = {
  readonly rows: readonly AlertRow[];
  readonly chosen: ReadonlySet<string>;
  /** Chosen as "all that match": exactly those of that moment, with their versions. */
  readonly all: readonly Chosen[] | undefined;
  readonly total: number;
  readonly isTotalCapped: boolean;
  readonly isChoosing: boolean;
  readonly onChooseAll: () => void;
  readonly onClear: () => void;
};

/** What can be done to all chosen alerts in one step. */
export function BulkBar(props: BulkProps) {
  const { rows, chosen, all, total, isTotalCapped, isChoosing, onChooseAll, onClear } = props;
  const { t } = useTranslation(["alerts", "monitor"]);
  const [isClosing, setClosing] = useState(false);
  const act = useChangeAlerts();
  const count = all?.length ?? chosen.size;
  const text = formatCount(count);
  const target = (): BulkTarget => ({
    alerts: [...(all ?? rows.filter(({ id }) => chosen.has(id)).map(({ id, version }) => ({ id, version })))],
  });
  const run = (change: AlertChange, said: string) => {
    act.mutate({ target: target(), change, said });
    onClear();
  };
  const isMore = isTotalCapped || total > MAX_CHOSEN;
  return (
    <section className={classes.bulk} aria-label={t("alerts:bulk.label")}>
      <strong aria-live="polite">{t("alerts:bulk.chosen", { count, text })}</strong>
      {!all && chosen.size === rows.length && (isTotalCapped || total > rows.length) ? (
        <Button size="compact-sm" variant="subtle" loading={isChoosing} onClick={onChooseAll}>
          {isMore
            ? t("alerts:bulk.chooseFirst", { text: formatCount(MAX_CHOSEN), total: formatCount(total) })
            : t("alerts:bulk.chooseAll", { count: total, text: formatCount(total) })}
        </Button>
      ) : null}
      {all ? <span className={triage.small}>{t("alerts:bulk.frozen")}</span> : null}
      <span className={classes.spacer} />
      <AssignMenu
        onAssign={(assigneeId, name) =>
          run(
            { assigneeId },
            assigneeId === null ? t("alerts:toast.unassigned", { count }) : t("alerts:toast.assigned", { count, name }),
          )
        }
      />
      <Button
        size="xs"
        variant="default"
        leftSection={<PlayerPlayIcon size={14} />}
        onClick={() => run({ status: "in-progress" }, t("alerts:toast.started", { count }))}
      >
        {t("alerts:bulk.start")}
      </Button>
      <LateMenu
        position="top"
        button={
          <Button size="xs" variant="default" leftSection={<FlameIcon size={14} />}>
            {t("alerts:bulk.judge")}
          </Button>
        }
      >
        {(Menu) => (
          <>
            {LEVELS.map((level) => (
              <Menu.Item
                key={level}
                onClick={() => run({ expertSeverity: level }, t("alerts:toast.judged", { count }))}
              >
                <Severity level={level} isQuiet />
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => run({ expertSeverity: null }, t("alerts:toast.judged", { count }))}>
              {t("alerts:bulk.withdraw")}
            </Menu.Item>
          </>
        )}
      </LateMenu>
      {all ? null : <IncidentMenu alerts={rows.filter(({ id }) => chosen.has(id))} onDone={onClear} />}
      <Button size="xs" leftSection={<CircleCheckIcon size={14} />} onClick={() => setClosing(true)}>
        {t("alerts:bulk.close")}
      </Button>
      <Button size="xs" variant="subtle" onClick={onClear}>
        {t("alerts:bulk.clear")}
      </Button>
      {isClosing ? (
        <CloseDialog
          count={count}
          onCancel={() => setClosing(false)}
          onClose={(change) => {
            setClosing(false);
            run(change, t("alerts:toast.closed", { count }));
          }}
        />
      ) : null}
    </section>
  );
}
