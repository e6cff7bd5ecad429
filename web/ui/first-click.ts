import { cloneElement, type HTMLAttributes, type ReactElement, startTransition, useState } from "react";

export type ButtonElement = ReactElement<HTMLAttributes<HTMLElement>>;

/**
 * Whether the button was clicked, and the button as it stands until then: it looks and reads like one that opens a `popup`
 * and fetches the code as soon as somebody points at it or tabs to it.
 */
export function useFirstClick(
  button: ButtonElement,
  popup: "menu" | "dialog",
  load: () => Promise<unknown>,
): readonly [boolean, ButtonElement] {
  const [isWanted, setWanted] = useState(false);
  // A failed fetch is asked for again by the click, and then reported there.
  const prepare = () => void load().catch(() => undefined);
  const closed = cloneElement(button, {
    "aria-haspopup": popup,
    "aria-expanded": false,
    onPointerEnter: prepare,
    onFocus: prepare,
    // The button stays in place until the code is there.
    onClick: () => startTransition(() => setWanted(true)),
  });
  return [isWanted, closed];
}
