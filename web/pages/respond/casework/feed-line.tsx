import { useTranslation } from "react-i18next";
import type { FeedItem } from "../../../api/casework.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { formatInstant } from "../../../ui/clock.ts";
import { Instant, useClock } from "../../../ui/use-clock.tsx";
import classes from "./casework.module.css";

/** One thing that was said or done, as a sentence. */
export function FeedLine({ item }: { readonly item: FeedItem }) {
  return (
    <>
      {item.kind === "message" || item.kind === "note" ? (
        <p className={`${classes.prose} ${classes.message}`}>{item.text}</p>
      ) : (
        <Deed item={item} />
      )}
      <p className={classes.feedWho}>
        {item.actor.name} · <Instant at={item.at} />
      </p>
    </>
  );
}

function Deed({ item }: { readonly item: FeedItem }) {
  const { t } = useTranslation(["casework", "crisis"]);
  const said = useSaid();
  const { zone } = useClock();
  const { kind, subject, alerts, changes } = item;
  const text =
    kind === "task-changed" && item.text !== ""
      ? t(`casework:state.${item.text}`, { defaultValue: item.text })
      : item.text;
  if (kind === "changed")
    return (
      <p className={classes.prose}>
        {t("casework:deed.changed")} {changes.map(said).join(t("casework:deed.comma"))}
      </p>
    );
  const name =
    kind === "step"
      ? t(`casework:step.${subject}`, { defaultValue: subject })
      : kind.startsWith("phase-")
        ? t(`crisis:phase.${subject}`, { defaultValue: subject })
        : kind === "duty-known"
          ? formatInstant(subject, zone)
          : subject;
  return (
    <>
      <p className={classes.prose}>{t(`casework:deed.${kind}`, { name, count: alerts })}</p>
      {text === "" ? null : kind === "evidence-received" ? (
        <code className={classes.hash}>{text}</code>
      ) : (
        <p className={classes.prose}>{text}</p>
      )}
    </>
  );
}

type Change = FeedItem["changes"][number];

/** A field with its new value, in the words of the incident's own history. */
function useSaid(): (change: Change) => string {
  const { t } = useTranslation(["incident", "monitor"]);
  const { nameOf } = useUnit();
  return ({ field, after }) => {
    if (field === "summary") return t("incident:entry.summary");
    const name = t(`incident:entry.field.${field}`, { defaultValue: field });
    if (after === null || after === "") return `${name}: ${t("incident:entry.none")}`;
    if (field === "status") return `${name}: ${t(`incident:status.${after}`, { defaultValue: after })}`;
    if (field === "severity") return `${name}: ${t(`monitor:severity.${after}`, { defaultValue: after })}`;
    return `${name}: ${field === "unit" ? nameOf(after) : after}`;
  };
}
