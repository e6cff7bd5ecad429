import { Popover, type PopoverProps } from "@mantine/core";
import { cloneElement, type HTMLAttributes, type ReactNode, type RefAttributes, useLayoutEffect, useRef } from "react";
import type { ButtonElement } from "./first-click.ts";

export type LatePopoverProps = Pick<PopoverProps, "position" | "width"> & {
  readonly button: ButtonElement;
  /** What the panel is called. */
  readonly label: string;
  readonly isOpen: boolean;
  readonly onOpen: (isOpen: boolean) => void;
  readonly children: ReactNode;
};

/** The panel of a button that was just clicked. The focus moves to the new button first, so that closing gives it back. */
export function PopoverNow({ button, label, isOpen, onOpen, children, ...popover }: LatePopoverProps) {
  const target = useRef<HTMLButtonElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: opens once, for the click that asked for it
  useLayoutEffect(() => {
    target.current?.focus();
    onOpen(true);
  }, []);
  const acting: HTMLAttributes<HTMLElement> & RefAttributes<HTMLButtonElement> = {
    ref: target,
    onClick: () => onOpen(!isOpen),
  };
  return (
    <Popover {...popover} opened={isOpen} onChange={onOpen} trapFocus returnFocus>
      <Popover.Target>{cloneElement(button, acting)}</Popover.Target>
      <Popover.Dropdown aria-label={label}>{children}</Popover.Dropdown>
    </Popover>
  );
}
