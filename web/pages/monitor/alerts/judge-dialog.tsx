import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { LEVELS, type Level } from "../../../api/alerts.ts";
import { Severity } from "../../../parts/severity.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { isComposing } from "../../../ui/keys.ts";
import classes from "./triage.module.css";

type JudgeProps = {
  readonly count: number;
  readonly onJudge: (level: Level | null) => void;
  readonly onCancel: () => void;
};

/** How severe an analyst finds it: one key, from 1 (critical) to 5. */
export function JudgeDialog({ count, onJudge, onCancel }: JudgeProps) {
  const { t } = useTranslation("alerts");
  return (
    <Dialog title={t("judge.title", { count, text: formatCount(count) })} onClose={onCancel}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the digits are a shorter way to the buttons in it */}
      <div
        className={classes.levels}
        onKeyDown={(event) => {
          const level = LEVELS[Number(event.key) - 1];
          if (level && !isComposing(event)) onJudge(level);
        }}
      >
        <p className={classes.small}>{t("judge.hint")}</p>
        {LEVELS.map((level, i) => (
          <Button
            key={level}
            variant="default"
            justify="flex-start"
            leftSection={<kbd>{i + 1}</kbd>}
            onClick={() => onJudge(level)}
            {...(i === 0 ? { "data-autofocus": true } : {})}
          >
            <Severity level={level} isQuiet />
          </Button>
        ))}
        <Button variant="subtle" onClick={() => onJudge(null)}>
          {t("bulk.withdraw")}
        </Button>
      </div>
    </Dialog>
  );
}
