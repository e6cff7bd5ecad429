import { unsteered } from "../../../src/kernel/steering.ts";

/** Besides children, the properties of elements and components whose text is drawn or read aloud. Values that people edit stay. */
const DRAWN = [
  "children",
  "title",
  "label",
  "description",
  "placeholder",
  "alt",
  "aria-label",
  "aria-valuetext",
] as const;

/**
 * The one gate that all text passes on its way to the screen: values of logs, names that people gave, answers of other programs. A log may
 * hold characters that turn the line around or hide it; no page has to think of that. Copying and exporting take the value as it is.
 */
export function readableProps(props: unknown): unknown {
  if (typeof props !== "object" || props === null) return props;
  let readable: Record<string, unknown> | undefined;
  for (const name of DRAWN) {
    if (!(name in props)) continue;
    const before: unknown = Reflect.get(props, name);
    const after = readableChild(before);
    if (after !== before) {
      readable ??= { ...props };
      readable[name] = after;
    }
  }
  return readable ?? props;
}

function readableChild(child: unknown): unknown {
  if (typeof child === "string") return unsteered(child);
  if (!Array.isArray(child)) return child;
  const parts: unknown[] = child;
  const after = parts.map(readableChild);
  return after.some((part, i) => part !== parts[i]) ? after : child;
}
