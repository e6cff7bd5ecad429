import { useTranslation } from "react-i18next";
import { formatCount } from "../../../ui/figures.ts";
import { CloseDialog } from "./close-dialog.tsx";
import { JudgeDialog } from "./judge-dialog.tsx";
import type { Triage } from "./use-triage.ts";

/** What a key asked for: the disposition, or the severity. */
export function TriageDialogs({ triage: { dialog, count, run, cancel } }: { readonly triage: Triage }) {
  const { t } = useTranslation("alerts");
  if (dialog === "close")
    return (
      <CloseDialog
        count={count}
        onCancel={cancel}
        onClose={(change) => run(change, (done) => t("toast.closed", { count: done, text: formatCount(done) }))}
      />
    );
  return (
    <JudgeDialog
      count={count}
      onCancel={cancel}
      onJudge={(level) =>
        run({ expertSeverity: level }, (done) => t("toast.judged", { count: done, text: formatCount(done) }))
      }
    />
  );
}
