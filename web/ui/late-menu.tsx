import type { Menu, MenuDropdownProps, MenuProps } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";
import { type ButtonElement, useFirstClick } from "./first-click.ts";

const load = () => import("./menu-now.tsx");
const MenuNow = lazy(() => load().then(({ MenuNow }) => ({ default: MenuNow })));

export type LateMenuProps = Omit<MenuProps, "children" | "opened" | "defaultOpened"> & {
  readonly button: ButtonElement;
  readonly dropdown?: MenuDropdownProps;
  /** Draws the entries with the parts it is handed: `(Menu) => <Menu.Item>…</Menu.Item>`. */
  readonly children: (menu: typeof Menu) => ReactNode;
};

/** A button with a menu. What draws and places menus is 30 kB that a page must not wait for: it comes with the first use. */
export function LateMenu(props: LateMenuProps) {
  const [isWanted, button] = useFirstClick(props.button, "menu", load);
  return <Suspense fallback={button}>{isWanted ? <MenuNow {...props} /> : button}</Suspense>;
}
