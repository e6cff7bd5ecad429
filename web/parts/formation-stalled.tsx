import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { formationStateQuery } from "../api/formation.ts";
import { Instant } from "../ui/use-clock.tsx";
import classes from "./formation-stalled.module.css";

/** Says that alerts are not being joined to incidents, and since when: a list that stands still looks like a quiet day. */
export function FormationStalled() {
  const { t } = useTranslation("incident");
  const { data } = useQuery(formationStateQuery);
  if (!data?.isStalled) return null;
  return (
    <p role="status" className={classes.stalled}>
      {t("stalled")} <Instant at={data.passedAt} />
    </p>
  );
}
