import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { meQuery } from "../../../api/session.ts";
import classes from "./incident.module.css";

/** What belongs to all incidents rather than to one. */
export function ListLinks() {
  const { t } = useTranslation("incident");
  const { data: me } = useQuery(meQuery);
  return (
    <span className={classes.lead}>
      <Link to="/handovers">{t("toHandovers")}</Link>
      <Link to="/response-times">{t("toTimes")}</Link>
      <Link to="/alerts/groups">{t("groups")}</Link>
      <Link to="/incidents/grouping">{t("grouping")}</Link>
      {me?.permissions.includes("rule:read") ? <Link to="/attack">{t("toHeat")}</Link> : null}
      <Link to="/kill-chain">{t("toKillChain")}</Link>
    </span>
  );
}
