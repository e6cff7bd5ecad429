import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import classes from "./aspects.module.css";

/** The pages of one incident, in the order they are told. Each is a route of its own, so that none loads another's code. */
const ASPECTS = [
  { key: "overview", to: "/incidents/$id" },
  { key: "duties", to: "/incidents/$id/duties" },
] as const;

export function Aspects({ id }: { readonly id: string }) {
  const { t } = useTranslation("incident");
  return (
    <nav aria-label={t("aspects.label")} className={classes.aspects}>
      {ASPECTS.map(({ key, to }) => (
        <Link key={key} to={to} params={{ id }} activeOptions={{ exact: true }} className={classes.aspect}>
          {t(`aspects.${key}`)}
        </Link>
      ))}
    </nav>
  );
}
