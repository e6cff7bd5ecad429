import { Menu } from "@mantine/core";
import { cloneElement, type RefAttributes, useLayoutEffect, useRef, useState } from "react";
import type { LateMenuProps } from "./late-menu.tsx";

/** The menu of a button that was just clicked. The focus moves to the new button first, so that closing gives it back. */
export function MenuNow({ button, dropdown, children, onChange, ...menu }: LateMenuProps) {
  const target = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const change = (next: boolean) => {
    setOpen(next);
    onChange?.(next);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: opens once, for the click that asked for it
  useLayoutEffect(() => {
    target.current?.focus();
    change(true);
  }, []);
  const named: Partial<RefAttributes<HTMLButtonElement>> = { ref: target };
  return (
    <Menu {...menu} opened={isOpen} onChange={change}>
      <Menu.Target>{cloneElement(button, named)}</Menu.Target>
      <Menu.Dropdown {...dropdown}>{children(Menu)}</Menu.Dropdown>
    </Menu>
  );
}
