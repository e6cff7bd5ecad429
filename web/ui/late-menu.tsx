import { lazy, Suspense } from "react";
import { useFirstClick } from "./first-click.ts";
import type { LateMenuProps } from "./menu-now.tsx";

const load = () => import("./menu-now.tsx");
const MenuNow = lazy(() => load().then(({ MenuNow }) => ({ default: MenuNow })));

/** A button with a menu. What draws and places menus is 30 kB that a page must not wait for: it comes with the first use. */
export function LateMenu(props: LateMenuProps) {
  const [isWanted, button] = useFirstClick(props.button, "menu", load);
  return <Suspense fallback={button}>{isWanted ? <MenuNow {...props} /> : button}</Suspense>;
}
