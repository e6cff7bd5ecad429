import { lazy, Suspense } from "react";
import { useFirstClick } from "./first-click.ts";
import type { LatePopoverProps } from "./popover-now.tsx";

const load = () => import("./popover-now.tsx");
const PopoverNow = lazy(() => load().then(({ PopoverNow }) => ({ default: PopoverNow })));

/** A button with a panel below it; what places panels comes with the first use, as in `late-menu.tsx`. */
export function LatePopover(props: LatePopoverProps) {
  const [isWanted, button] = useFirstClick(props.button, "dialog", load);
  return <Suspense fallback={button}>{isWanted ? <PopoverNow {...props} /> : button}</Suspense>;
}
