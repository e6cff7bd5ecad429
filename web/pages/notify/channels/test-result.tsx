import { useTranslation } from "react-i18next";
import type { TestAnswer } from "../../../api/notify.ts";
import { formatCount } from "../../../ui/figures.ts";
import { CircleCheckIcon, CircleXIcon } from "../../../ui/icons.ts";
import classes from "../notify.module.css";

/** What the other side truly answered, in its own words. */
export function TestResult({ answer }: { readonly answer: TestAnswer }) {
  const { t } = useTranslation("notify");
  const Icon = answer.isOk ? CircleCheckIcon : CircleXIcon;
  return (
    <output className={classes.result} data-ok={answer.isOk || undefined}>
      <Icon size={16} stroke={1.7} aria-hidden />
      {answer.isOk ? t("test.ok") : t("test.failed")}
      <code>{answer.answer}</code>
      <span>{t("test.latency", { ms: formatCount(answer.latencyMs) })}</span>
    </output>
  );
}
