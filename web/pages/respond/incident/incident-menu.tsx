import { Button } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import type { AlertRow } from "../../../api/alerts.ts";
import { incidentOfAlertQuery, MAX_INCIDENT_ALERTS } from "../../../api/incidents.ts";
import { meQuery } from "../../../api/session.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { ChevronDownIcon, UrgentIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { AddForm } from "./add-form.tsx";
import classes from "./incident.module.css";
import { OpenForm } from "./open-form.tsx";

type MenuProps = { readonly alerts: readonly AlertRow[]; readonly onDone?: () => void };

/** From alerts to an incident: a new one, or one that is under way. */
export function IncidentMenu({ alerts, onDone }: MenuProps) {
  const { t } = useTranslation("incident");
  const { data: me } = useQuery(meQuery);
  const [asking, setAsking] = useState<"open" | "add">();
  if (!me?.permissions.includes("incident:write")) return null;
  const close = () => setAsking(undefined);
  const done = () => {
    close();
    onDone?.();
  };
  return (
    <>
      <LateMenu
        position="top-start"
        width={240}
        button={
          <Button
            size="xs"
            variant="default"
            leftSection={<UrgentIcon size={14} />}
            rightSection={<ChevronDownIcon size={13} />}
          >
            {t("menu.label")}
          </Button>
        }
      >
        {(Menu) => (
          <>
            <Menu.Item onClick={() => setAsking("open")}>{t("menu.open")}</Menu.Item>
            <Menu.Item onClick={() => setAsking("add")}>{t("menu.add")}</Menu.Item>
          </>
        )}
      </LateMenu>
      {asking ? (
        <Dialog
          title={t(asking === "open" ? "form.openTitle" : "add.title", { count: alerts.length })}
          onClose={close}
          size={560}
        >
          <WithFreeAlerts alerts={alerts}>
            {(free) =>
              asking === "open" ? (
                <OpenForm alerts={free} onDone={done} onCancel={close} />
              ) : (
                <AddForm alerts={free} onDone={done} onCancel={close} />
              )
            }
          </WithFreeAlerts>
        </Dialog>
      ) : null}
    </>
  );
}

type FreeProps = {
  readonly alerts: readonly AlertRow[];
  readonly children: (free: readonly AlertRow[]) => ReactNode;
};

/** Leaves out, and says so, what belongs to an incident that somebody works on: an alert is in at most one. */
function WithFreeAlerts({ alerts, children }: FreeProps) {
  const { t } = useTranslation("incident");
  const belonging = useQueries({ queries: alerts.map(({ id }) => ({ ...incidentOfAlertQuery(id), staleTime: 0 })) });
  if (belonging.some(({ isPending, isFetching }) => isPending || isFetching)) return <RowsSkeleton rows={5} />;
  const free = alerts.filter((_, i) => !belonging[i]?.data?.isClaimed);
  const excluded = alerts.length - free.length;
  if (free.length > MAX_INCIDENT_ALERTS)
    return <p className={classes.caution}>{t("form.tooMany", { text: formatCount(MAX_INCIDENT_ALERTS) })}</p>;
  if (free.length === 0) return <p className={classes.caution}>{t("form.noneLeft")}</p>;
  return (
    <>
      {excluded > 0 ? <p className={classes.caution}>{t("form.excluded", { count: excluded })}</p> : null}
      {children(free)}
    </>
  );
}
