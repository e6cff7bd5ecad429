import { lazy } from "react";
import { AfterPage } from "../ui/after-page.tsx";

type SlotProps = { readonly part: "DutyBadge" | "DutyWarning"; readonly className?: string | undefined };

const Part = lazy(() =>
  import("./duty-warning.tsx").then((parts) => ({
    default: ({ part, className }: SlotProps) => {
      const Shown = parts[part];
      return <Shown className={className} />;
    },
  })),
);

/** Where a warning of duties may stand. Its code comes after the page: the first page is not to wait for it. */
export const DutySlot = (props: SlotProps) => (
  <AfterPage>
    <Part {...props} />
  </AfterPage>
);
