import { useTranslation } from "react-i18next";
import { formatSpan } from "../ui/ago.ts";
import { AlertTriangleIcon, CircleCheckIcon, ClockIcon } from "../ui/icons.ts";
import { useMinute } from "../ui/use-minute.ts";
import classes from "./deadline.module.css";

const MINUTE_MS = 60_000;

/** `2026/12/28 24:00 (Asia/Tokyo)`: the authority's own clock, on which the law counts. */
export function DueText({
  dueAt,
  lastDay,
  zone,
}: {
  readonly dueAt: string;
  readonly lastDay: string | null;
  readonly zone: string;
}) {
  return (
    <time dateTime={dueAt} className={classes.due}>
      {lastDay === null ? localText(dueAt, zone) : `${lastDay.replaceAll("-", "/")} 24:00`} ({zone})
    </time>
  );
}

function localText(at: string, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date(at));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return `${of("year")}/${of("month")}/${of("day")} ${of("hour")}:${of("minute")}`;
}

type Urgency = "calm" | "half" | "soon" | "last" | "over";
const ICONS = {
  calm: CircleCheckIcon,
  half: ClockIcon,
  soon: ClockIcon,
  last: AlertTriangleIcon,
  over: AlertTriangleIcon,
};

function urgencyOf(startsAt: string, dueAt: string, nowMs: number): Urgency {
  const start = Date.parse(startsAt);
  const due = Date.parse(dueAt);
  if (nowMs >= due) return "over";
  const share = (nowMs - start) / (due - start);
  return share >= 0.95 ? "last" : share >= 0.8 ? "soon" : share >= 0.5 ? "half" : "calm";
}

/** The time left in words, to the minute. Not a live region: nobody is told each minute. */
export function Countdown({ startsAt, dueAt }: { readonly startsAt: string; readonly dueAt: string }) {
  const { t, i18n } = useTranslation("deadline");
  const nowMs = useMinute();
  const urgency = urgencyOf(startsAt, dueAt, nowMs);
  const leftMs = Math.floor((Date.parse(dueAt) - nowMs) / MINUTE_MS) * MINUTE_MS;
  const Icon = ICONS[urgency];
  const words = formatSpan(Math.abs(leftMs), i18n.language);
  const span = i18n.language === "ja" ? words.replaceAll(" ", "") : words;
  return (
    <span className={classes.countdown} data-urgency={urgency}>
      <Icon size={15} stroke={1.8} aria-hidden /> {urgency === "over" ? t("over", { span }) : t("left", { span })}
      {urgency === "calm" || urgency === "over" ? null : (
        <span className={classes.passed}>{t(`passed.${urgency}`)}</span>
      )}
    </span>
  );
}
