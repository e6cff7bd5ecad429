import type { ReactNode } from "react";
import classes from "./notes.module.css";

type EmptyProps = {
  readonly title: ReactNode;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
};

/** An empty list that teaches: why it is empty and what fills it. */
export function Empty({ title, children, actions }: EmptyProps) {
  return (
    <div className={classes.empty}>
      <p className={classes.emptyTitle}>{title}</p>
      {children ? <div className={classes.emptyWords}>{children}</div> : null}
      {actions ? <div className={classes.emptyActions}>{actions}</div> : null}
    </div>
  );
}
