import type { ReactNode } from "react";
import classes from "./page.module.css";

type PageProps = {
  readonly title: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  /** `fill`: the page takes the whole height and scrolls inside (search, queues). */
  readonly isFilling?: boolean;
  readonly children: ReactNode;
};

/** The frame of every page: one heading, what it is for, what can be done, then the content. */
export function Page({ title, lead, actions, isFilling, children }: PageProps) {
  return (
    <div className={classes.page} data-filling={isFilling || undefined}>
      <header className={classes.head}>
        <div className={classes.words}>
          <h1 className={classes.title}>{title}</h1>
          {lead ? <p className={classes.lead}>{lead}</p> : null}
        </div>
        {actions ? <div className={classes.actions}>{actions}</div> : null}
      </header>
      {children}
    </div>
  );
}

type SectionProps = {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
};

export function Section({ title, aside, children }: SectionProps) {
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle}>{title}</h2>
        {aside ? <div className={classes.sectionAside}>{aside}</div> : null}
      </div>
      {children}
    </section>
  );
}
