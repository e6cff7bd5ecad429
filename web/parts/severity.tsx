import { useTranslation } from "react-i18next";
import type { Level } from "../api/alerts.ts";
import {
  AlertOctagonIcon,
  AlertTriangleIcon,
  ChevronDownIcon,
  ChevronUpIcon,
  InfoCircleIcon,
  MinusIcon,
} from "../ui/icons.ts";
import classes from "./severity.module.css";

const ICONS = {
  critical: AlertOctagonIcon,
  high: AlertTriangleIcon,
  medium: ChevronUpIcon,
  low: ChevronDownIcon,
  informational: InfoCircleIcon,
} as const;

/** A level as colour, icon and word, so that no one has to see the colour. */
export function Severity({ level, isQuiet }: { readonly level: Level; readonly isQuiet?: boolean }) {
  const { t } = useTranslation("monitor");
  const Icon = ICONS[level] ?? MinusIcon;
  return (
    <span className={classes.severity} data-level={level} data-quiet={isQuiet || undefined}>
      <Icon size={14} stroke={2} aria-hidden />
      {t(`severity.${level}`)}
    </span>
  );
}

export const isLevel = (text: string): text is Level => text in ICONS;
