import type { ReactNode } from "react";
import classes from "./code-block.module.css";
import { CopyButton } from "./copy.tsx";

type CodeProps = { readonly text: string; readonly title?: ReactNode; readonly label: string };

/** Text to paste elsewhere, with a way to copy it. */
export function CodeBlock({ text, title, label }: CodeProps) {
  return (
    <figure className={classes.block}>
      <figcaption className={classes.head}>
        <span>{title}</span>
        <CopyButton text={text} />
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
      <section className={classes.code} tabIndex={0} aria-label={label}>
        <pre className={classes.text}>{text}</pre>
      </section>
    </figure>
  );
}
