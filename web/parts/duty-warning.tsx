import { VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { openClocksQuery } from "../api/duty-clocks.ts";
import { meQuery } from "../api/session.ts";
import { formatCount } from "../ui/figures.ts";

const DutyBanner = lazy(() => import("./duty-banner.tsx").then(({ DutyBanner }) => ({ default: DutyBanner })));

/** How many clocks are past half of their time, beside the menu's word. */
export function DutyBadge({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation("shell");
  const { data } = useQuery(openClocksQuery);
  if (!data?.warned) return null;
  return (
    <span className={className} data-critical={data.overdue > 0 || undefined}>
      {formatCount(data.warned)}
      <VisuallyHidden> {t("nav.dutiesDue")}</VisuallyHidden>
    </span>
  );
}

/** The banner for home; its code is fetched when there is something to warn of. */
export function DutyWarning(_: { readonly className: string | undefined }) {
  const { data: me } = useQuery(meQuery);
  const { data } = useQuery({ ...openClocksQuery, enabled: me?.permissions.includes("incident:read") === true });
  return data?.warned ? (
    <Suspense>
      <DutyBanner />
    </Suspense>
  ) : null;
}
