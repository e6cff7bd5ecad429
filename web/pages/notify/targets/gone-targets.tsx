import { useTranslation } from "react-i18next";
import type { Target } from "../../../api/notify.ts";
import { AlertTriangleIcon } from "../../../ui/icons.ts";
import classes from "../notify.module.css";
import { useTargetName } from "./use-target-name.ts";

type GoneProps = {
  readonly targets: readonly Target[];
  /** Ids of those that reach nobody any more. */
  readonly gone: readonly string[];
};

/** Those of a rule's or a step's targets that were removed or deactivated, with a mark and a word. */
export function GoneTargets({ targets, gone }: GoneProps) {
  const { t } = useTranslation("notify");
  const targetName = useTargetName();
  const lost = targets.filter((target) => gone.includes(idOf(target) ?? ""));
  if (lost.length === 0) return null;
  return (
    <span className={classes.state} data-state="dead" title={t("target.goneHint")}>
      <AlertTriangleIcon size={15} stroke={1.7} aria-hidden />
      {t("target.gone", { name: lost.map(targetName).join(" · ") })}
    </span>
  );
}

function idOf(target: Target): string | undefined {
  switch (target.kind) {
    case "person":
      return target.personId;
    case "channel":
      return target.channelId;
    case "rota":
      return target.rotaId;
    case "policy":
      return target.policyId;
    default:
      return undefined;
  }
}
