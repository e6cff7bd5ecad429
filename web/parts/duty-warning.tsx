import { VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { openClocksQuery } from "../api/duty-clocks.ts";
import { formatCount } from "../ui/figures.ts";

/** How many clocks are past half of their time, beside the menu's word. */
export function DutyBadge({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation("shell");
  const { data } = useQuery(openClocksQuery);
  if (!data || data.warned === 0) return null;
  return (
    <span className={className} data-critical={data.overdue > 0 || undefined}>
      {formatCount(data.warned)}
      <VisuallyHidden> {t("nav.dutiesDue")}</VisuallyHidden>
    </span>
  );
}
