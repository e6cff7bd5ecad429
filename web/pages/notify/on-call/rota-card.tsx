import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Rota, removeOverride, removeRota, rotasQuery } from "../../../api/on-call.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "../notify.module.css";
import { Calendar } from "./calendar.tsx";
import { OverrideDialog } from "./override-dialog.tsx";
import { ShiftTable } from "./shift-table.tsx";

/** One rota: who has it now, the next two weeks, who stands in. */
export function RotaCard({ rota, onEdit }: { readonly rota: Rota; readonly onEdit: () => void }) {
  const { t } = useTranslation("notify");
  const { units, nameOf } = useUnit();
  const queryClient = useQueryClient();
  const [view, setView] = useState<"calendar" | "table">("calendar");
  const [isStandingIn, setStandingIn] = useState(false);
  const { id, unitId, content, now, hasBegun, overrides } = rota;
  const act = useMutation({
    mutationFn: (override: string | undefined) =>
      override === undefined ? removeRota(id) : removeOverride(id, override),
    onSuccess: (answer) => queryClient.setQueryData(rotasQuery.queryKey, answer),
  });
  const ask = async () => {
    const answer = await confirm({
      title: t("rota.removeTitle", { name: content.name }),
      body: t("rota.removeBody"),
      action: t("remove"),
    });
    if (answer !== undefined) act.mutate(undefined);
  };
  const may = (permission: "notify:write" | "incident:write") =>
    units.find((unit) => unit.id === unitId)?.permissions.includes(permission) === true;
  return (
    <article className={classes.card} aria-label={content.name}>
      <div className={classes.cardHead}>
        <div>
          <h3 className={classes.cardTitle}>{content.name}</h3>
          <span className={classes.minor}>
            {nameOf(unitId)} · {t(`rota.rotation.${content.rotation}`)} ·{" "}
            {t("rota.handover", { time: content.handoverAt, zone: content.zone })}
          </span>
        </div>
        <div className={classes.row}>
          {may("incident:write") ? (
            <Button size="xs" variant="default" onClick={() => setStandingIn(true)}>
              {t("override.add")}
            </Button>
          ) : null}
          {may("notify:write") ? (
            <>
              <Button size="xs" variant="default" onClick={onEdit}>
                {t("edit")}
              </Button>
              <Button size="xs" variant="subtle" color="shu" loading={act.isPending} onClick={() => void ask()}>
                {t("remove")}
              </Button>
            </>
          ) : null}
        </div>
      </div>
      <div className={classes.cardHead}>
        <p>
          {t("rota.now")}{" "}
          <span className={classes.now}>{now?.name ?? t(hasBegun ? "rota.nobody" : "rota.notBegun")}</span>
        </p>
        <Segments
          aria-label={t("rota.view")}
          value={view}
          onChange={setView}
          data={(["calendar", "table"] as const).map((value) => ({ value, label: t(`rota.as.${value}`) }))}
        />
      </div>
      {view === "calendar" ? <Calendar rota={rota} /> : <ShiftTable rota={rota} />}
      {overrides.length > 0 ? (
        <ul className={classes.steps} aria-label={t("override.title")}>
          {overrides.map((override) => (
            <li key={override.id}>
              {t("override.by", { name: override.person.name, reason: override.reason })} ·{" "}
              <Instant at={override.startsAt} /> – <Instant at={override.endsAt} />{" "}
              {may("incident:write") ? (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  aria-label={t("override.removeOf", { name: override.person.name })}
                  onClick={() => act.mutate(override.id)}
                >
                  {t("remove")}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      ) : null}
      {act.error ? <ProblemNote error={act.error} /> : null}
      {isStandingIn ? <OverrideDialog rota={rota} onClose={() => setStandingIn(false)} /> : null}
    </article>
  );
}
