import { VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy } from "react";
import { useTranslation } from "react-i18next";
import { alertCountsQuery } from "../../api/alerts.ts";
import type { Me } from "../../api/session.ts";
import { DutySlot } from "../../parts/duty-slot.tsx";
import { AfterPage } from "../../ui/after-page.tsx";
import { formatCount } from "../../ui/figures.ts";
import classes from "./frame.module.css";
import { HOME, type NavEntry, type NavGroup } from "./nav.ts";

const NavFoot = lazy(() => import("./nav-foot.tsx").then(({ NavFoot }) => ({ default: NavFoot })));

type SidebarProps = {
  readonly me: Me;
  readonly groups: readonly NavGroup[];
  readonly isOpen: boolean;
  readonly onNavigate: () => void;
};

export function Sidebar({ me, groups, isOpen, onNavigate }: SidebarProps) {
  const { t } = useTranslation("shell");
  return (
    <nav className={classes.nav} aria-label={t("frame.nav")} data-open={isOpen || undefined} id="nav">
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the links inside are what is clicked, also by keyboard */}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: closes the drawer after a link was followed */}
      <div className={classes.navScroll} onClick={onNavigate}>
        <ul className={classes.navList}>
          <NavLink entry={HOME} />
        </ul>
        {groups.map((group) => (
          <div key={group.key}>
            <p className={classes.groupTitle} id={`nav-${group.key}`}>
              {t(`nav.group.${group.key}`)}
              <span className={classes.groupKanji} lang="ja" aria-hidden>
                {t(`nav.group.${group.key}`) === group.kanji ? "" : group.kanji}
              </span>
            </p>
            <ul className={classes.navList} aria-labelledby={`nav-${group.key}`}>
              {group.entries.map((entry) => (
                <NavLink key={entry.key} entry={entry} />
              ))}
            </ul>
          </div>
        ))}
      </div>
      <AfterPage>
        <NavFoot showsFunnel={me.permissions.includes("event:read")} />
      </AfterPage>
    </nav>
  );
}

function NavLink({ entry }: { readonly entry: NavEntry }) {
  const { t } = useTranslation("shell");
  const Icon = entry.icon;
  return (
    <li>
      <Link to={entry.to} className={classes.link} activeOptions={{ exact: entry.to === "/", includeSearch: false }}>
        <Icon size={17} stroke={1.6} aria-hidden />
        <span>{t(`nav.page.${entry.key}`)}</span>
        {entry.key === "alerts" ? <OpenAlerts /> : null}
        {entry.key === "duties" ? <DutySlot part="DutyBadge" className={classes.count} /> : null}
      </Link>
    </li>
  );
}

/** How many alerts wait, in the one place that is always seen. */
function OpenAlerts() {
  const { t } = useTranslation("shell");
  const { data } = useQuery(alertCountsQuery);
  if (!data) return null;
  const open = data.cells.filter(({ status }) => status === "open");
  const count = open.reduce((sum, cell) => sum + cell.count, 0);
  const isCritical = open.some((cell) => cell.severity === "critical" && cell.count > 0);
  if (count === 0) return null;
  return (
    <span className={classes.count} data-critical={isCritical || undefined}>
      {formatCount(count)}
      <VisuallyHidden> {t("nav.openAlerts")}</VisuallyHidden>
    </span>
  );
}
