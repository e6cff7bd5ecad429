import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type AlertChange, type AlertRow, type BulkTarget, LEVELS } from "../../../api/alerts.ts";
import type { QueryValues } from "../../../api/client.ts";
import { Severity } from "../../../parts/severity.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { CircleCheckIcon, FlameIcon, PlayerPlayIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { IncidentMenu } from "../../respond/incident/incident-menu.tsx";
import classes from "./alerts-page.module.css";
import { AssignMenu } from "./assign-menu.tsx";
import { CloseDialog } from "./close-dialog.tsx";
import { useChangeAlerts } from "./use-alerts.ts";

type BulkProps = {
  readonly rows: readonly AlertRow[];
  readonly chosen: ReadonlySet<string>;
  readonly isAll: boolean;
  readonly total: number;
  readonly filter: QueryValues;
  readonly onChooseAll: () => void;
  readonly onClear: () => void;
};

/** What can be done to all chosen alerts in one step. */
export function BulkBar({ rows, chosen, isAll, total, filter, onChooseAll, onClear }: BulkProps) {
  const { t } = useTranslation(["alerts", "monitor"]);
  const [isClosing, setClosing] = useState(false);
  const act = useChangeAlerts();
  const count = isAll ? total : chosen.size;
  const text = formatCount(count);
  const target = (): BulkTarget =>
    isAll
      ? { filter: filterBody(filter) }
      : { alerts: rows.filter(({ id }) => chosen.has(id)).map(({ id, version }) => ({ id, version })) };
  const run = (change: AlertChange, said: string) =>
    act.mutate({ target: target(), change, said }, { onSuccess: onClear });
  return (
    <section className={classes.bulk} aria-label={t("alerts:bulk.label")}>
      <strong aria-live="polite">{t("alerts:bulk.chosen", { count, text })}</strong>
      {!isAll && chosen.size === rows.length && total > rows.length ? (
        <Button size="compact-sm" variant="subtle" onClick={onChooseAll}>
          {t("alerts:bulk.chooseAll", { count: total, text: formatCount(total) })}
        </Button>
      ) : null}
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
      {isAll ? null : <IncidentMenu alerts={rows.filter(({ id }) => chosen.has(id))} onDone={onClear} />}
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

/** The filter as the server takes it in a body; an address carries the same texts. */
function filterBody(filter: QueryValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name, String(value)]],
    ),
  );
}
