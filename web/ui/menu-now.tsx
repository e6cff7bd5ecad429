import { Menu, type MenuDropdownProps, type MenuProps } from "@mantine/core";
import { cloneElement, type ReactNode, type RefAttributes, useLayoutEffect, useRef, useState } from "react";
import type { ButtonElement } from "./first-click.ts";

export type LateMenuProps = Omit<MenuProps, "children" | "opened" | "defaultOpened"> & {
  readonly button: ButtonElement;
  readonly dropdown?: MenuDropdownProps;
  /** Draws the entries with the parts it is handed: `(Menu) => <Menu.Item>…</Menu.Item>`. */
  readonly children: (menu: typeof Menu) => ReactNode;
};

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
