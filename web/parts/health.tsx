import { useTranslation } from "react-i18next";
import type { SourceHealth } from "../api/sources.ts";
import { AlertTriangleIcon, CircleCheckIcon, CircleMinusIcon, CircleXIcon, ClockIcon, HelpIcon } from "../ui/icons.ts";
import classes from "./health.module.css";

const ICONS = {
  active: CircleCheckIcon,
  quiet: ClockIcon,
  silent: AlertTriangleIcon,
  never: CircleMinusIcon,
  disabled: CircleXIcon,
  unknown: HelpIcon,
} as const;

export function Health({ health }: { readonly health: SourceHealth }) {
  const { t } = useTranslation("monitor");
  const Icon = ICONS[health];
  return (
    <span className={classes.health} data-health={health}>
      <Icon size={15} stroke={1.8} aria-hidden />
      {t(`health.${health}`)}
    </span>
  );
}
