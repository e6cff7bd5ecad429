import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import classes from "./aspects.module.css";

/** The pages of one incident, in the order they are told. Each is a route of its own, so that none loads another's code. */
const ASPECTS = [
  { key: "overview", to: "/incidents/$id" },
  { key: "why", to: "/incidents/$id/why" },
  { key: "story", to: "/incidents/$id/story" },
  { key: "graph", to: "/incidents/$id/graph" },
  { key: "targets", to: "/incidents/$id/targets" },
  { key: "crisis", to: "/incidents/$id/crisis" },
  { key: "tasks", to: "/incidents/$id/tasks" },
  { key: "notes", to: "/incidents/$id/notes" },
  { key: "notebooks", to: "/incidents/$id/notebooks" },
  { key: "evidence", to: "/incidents/$id/evidence" },
  { key: "feed", to: "/incidents/$id/feed" },
  { key: "duties", to: "/incidents/$id/duties" },
] as const;

/** `id`: as the address has it, an id or `INC-12`; else no tab would be marked as the page that is open. */
export function Aspects({ id }: { readonly id: string }) {
  const { t } = useTranslation("incident");
  return (
    <nav aria-label={t("aspects.label")} className={classes.aspects}>
      {ASPECTS.map(({ key, to }) => (
        <Link
          key={key}
          to={to}
          params={{ id }}
          activeOptions={{ exact: true, includeSearch: false }}
          className={classes.aspect}
        >
          {t(`aspects.${key}`)}
        </Link>
      ))}
    </nav>
  );
}
