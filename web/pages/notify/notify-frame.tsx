import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "../../ui/page.tsx";
import classes from "./tabs.module.css";

const TABS = [
  { key: "rules", to: "/notify" },
  { key: "channels", to: "/notify/channels" },
  { key: "log", to: "/notify/log" },
] as const;

type FrameProps = {
  readonly tab: (typeof TABS)[number]["key"];
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

/** The three pages on who is told: each is a route of its own, so that none loads another's code. */
export function NotifyFrame({ tab, actions, children }: FrameProps) {
  const { t } = useTranslation("notify");
  return (
    <Page title={t("admin.title")} lead={t(`admin.lead.${tab}`)} actions={actions}>
      <nav aria-label={t("admin.title")} className={classes.tabs}>
        {TABS.map(({ key, to }) => (
          <Link key={key} to={to} activeOptions={{ exact: true, includeSearch: false }} className={classes.tab}>
            {t(`admin.tab.${key}`)}
          </Link>
        ))}
      </nav>
      {children}
    </Page>
  );
}
