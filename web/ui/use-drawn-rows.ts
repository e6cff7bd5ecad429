import { defaultRangeExtractor, useVirtualizer } from "@tanstack/react-virtual";
import { type FocusEvent, type RefObject, useEffect, useLayoutEffect, useState } from "react";

type Asked = {
  readonly body: RefObject<HTMLTableSectionElement | null>;
  readonly ids: readonly string[];
  /** The row the keyboard stands on: it is brought into sight. */
  readonly activeId: string | undefined;
  readonly rowHeight: number;
};
type Drawn = { readonly index: number; readonly spaceAbove: number };

/** Under the head that stays, and above what floats at the foot of a list, in pixels. */
const HEAD = 40;
const FOOT = 96;

/** Which rows of a table to draw, inside whatever scrolls around it. A row that holds the focus is always drawn. */
export function useDrawnRows({ body, ids, activeId, rowHeight }: Asked) {
  const [held, setHeld] = useState<number>();
  const [scrollMargin, setMargin] = useState(0);
  const scroller = () => scrollerOf(body.current);
  const virtual = useVirtualizer({
    count: ids.length,
    getScrollElement: scroller,
    estimateSize: () => rowHeight,
    getItemKey: (index) => ids[index] ?? index,
    overscan: 8,
    scrollMargin,
    scrollPaddingStart: HEAD,
    scrollPaddingEnd: FOOT,
    rangeExtractor: (range) => withHeld(defaultRangeExtractor(range), held, ids.length),
  });
  // What stands above the rows may change with any drawing.
  useLayoutEffect(() => setMargin(distanceBelowTop(body.current, scroller())));
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a step of the reader moves the list, not a new order of it
  useEffect(() => {
    const index = activeId === undefined ? -1 : ids.indexOf(activeId);
    if (index >= 0) virtual.scrollToIndex(index, { align: "auto" });
  }, [activeId]);

  const items = virtual.getVirtualItems();
  let below = scrollMargin;
  const drawn = items.map(({ index, start, end }): Drawn => {
    const spaceAbove = start - below;
    below = end;
    return { index, spaceAbove };
  });
  return {
    drawn,
    spaceBelow: virtual.getTotalSize() + scrollMargin - below,
    lastIndex: items.at(-1)?.index ?? -1,
    measure: virtual.measureElement,
    hold: ({ type, target }: FocusEvent) => {
      const index = target.closest("tr")?.dataset.index;
      setHeld(type === "focus" && index !== undefined ? Number(index) : undefined);
    },
  };
}

function withHeld(indexes: readonly number[], held: number | undefined, count: number): number[] {
  if (held === undefined || held >= count || indexes.includes(held)) return [...indexes];
  return [...indexes, held].toSorted((a, b) => a - b);
}

function scrollerOf(element: Element | null): Element | null {
  for (let at = element?.parentElement; at; at = at.parentElement)
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  return document.scrollingElement;
}

function distanceBelowTop(element: Element | null, scroller: Element | null): number {
  if (!element || !scroller) return 0;
  const gap = element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
  // Rounded, because fractions differ from one drawing to the next and each difference would draw again.
  return Math.round(gap + scroller.scrollTop);
}
