import { useTranslation } from "react-i18next";
import classes from "./wall.module.css";

export function NotYours() {
  const { t } = useTranslation("live");
  return <p className={classes.none}>{t("wall.notYours")}</p>;
}
