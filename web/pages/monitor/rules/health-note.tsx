import { useTranslation } from "react-i18next";
import { Segments } from "../../../ui/segments.tsx";
import classes from "./rule-page.module.css";

export const TABS = ["rules", "noisy", "quiet", "no-logs", "filters", "rejected"] as const;
export type Tab = (typeof TABS)[number];
export const isTab = (text: string | undefined): text is Tab => TABS.some((tab) => tab === text);

const HEALTH: Partial<Record<Tab, readonly string[]>> = {
  noisy: ["misjudged", "unproven"],
  quiet: ["quiet"],
  "no-logs": ["no-logs"],
};
/** The rules that a tab shows by what is wrong with them; undefined = all. */
export const healthOfTab = (tab: Tab): readonly string[] | undefined => HEALTH[tab];

const DAYS = ["7", "30", "90", "365"] as const;

type NoteProps = { readonly tab: Tab; readonly days: string; readonly onDays: (days: string) => void };

/** What the tab's rules have in common, over how long, and what to do with them. */
export function HealthNote({ tab, days, onDays }: NoteProps) {
  const { t } = useTranslation("rules");
  return (
    <div className={classes.health}>
      <p>
        {t(`${tab}.lead`)} {t(`${tab}.next`)}
      </p>
      <DaysChoice days={days} onDays={onDays} />
    </div>
  );
}

/** Over how many days hits are counted. */
export function DaysChoice({ days, onDays }: Omit<NoteProps, "tab">) {
  const { t } = useTranslation("rules");
  return (
    <Segments
      aria-label={t("days.label")}
      value={days}
      onChange={onDays}
      data={DAYS.map((value) => ({ value, label: t(`days.${value}`) }))}
    />
  );
}
