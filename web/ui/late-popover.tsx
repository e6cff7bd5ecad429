import type { PopoverProps } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import { type ButtonElement, useFirstClick } from "./first-click.ts";

const load = () => import("./popover-now.tsx");
const PopoverNow = lazy(() => load().then(({ PopoverNow }) => ({ default: PopoverNow })));

export type LatePopoverProps = Pick<PopoverProps, "position" | "width"> & {
  readonly button: ButtonElement;
  /** What the panel is called. */
  readonly label: string;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
  readonly children: ReactNode;
};

/** A button with a panel below it; what places panels comes with the first use, as in `late-menu.tsx`. */
export function LatePopover(props: LatePopoverProps) {
  const [isWanted, button] = useFirstClick(props.button, "dialog", load);
  return <Suspense fallback={button}>{isWanted ? <PopoverNow {...props} /> : button}</Suspense>;
}
