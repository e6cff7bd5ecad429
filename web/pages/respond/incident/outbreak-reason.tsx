import { useTranslation } from "react-i18next";
import type { FormationCluster } from "../../../api/formation.ts";
import { formatSpan } from "../../../ui/ago.ts";
import { formatCount } from "../../../ui/figures.ts";

type Outbreak = NonNullable<FormationCluster["joins"][number]["outbreak"]>;
const KINDS = ["host", "user", "address", "domain", "source"] as const;
const MINUTE_MS = 60_000;

/** That a rule fired on many things at about the same time, in words. `isSame`: it is the rule of both alerts. */
export function OutbreakReason({ outbreak, isSame }: { readonly outbreak: Outbreak; readonly isSame: boolean }) {
  const { t, i18n } = useTranslation("formation");
  const kind = KINDS.find((one) => one === outbreak.kind) ?? "mixed";
  return t(isSame ? "joins.outbreak.same" : "joins.outbreak.together", {
    text: formatCount(outbreak.subjects),
    what: t(`joins.outbreak.${kind}`),
    span: formatSpan(Math.max(MINUTE_MS, outbreak.withinMs), i18n.language),
  });
}
