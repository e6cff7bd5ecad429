import { ActionIcon } from "@mantine/core";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { XIcon } from "./icons.ts";
import { useKeys } from "./keys.ts";
import classes from "./side-panel.module.css";

type SidePanelProps = {
  readonly label: string;
  readonly title: ReactNode;
  readonly actions?: ReactNode;
  readonly onClose: () => void;
  /** A change of this key (another row) moves reading back to the top. */
  readonly subject: string;
  readonly children: ReactNode;
};

/** A panel beside the list, not over it: the list stays usable, Escape closes, focus goes back where it was. */
export function SidePanel({ label, title, actions, onClose, subject, children }: SidePanelProps) {
  const { t } = useTranslation("shell");
  const body = useRef<HTMLElement>(null);
  const cameFrom = useRef<Element | null>(null);
  useKeys({ escape: () => onClose() });

  useEffect(() => {
    cameFrom.current = document.activeElement;
    return () => {
      if (cameFrom.current instanceof HTMLElement && cameFrom.current.isConnected) cameFrom.current.focus();
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the subject is what moves the reader
  useEffect(() => {
    // In braces: browsers return a promise here, and React would take it for a clean-up.
    body.current?.scrollTo({ top: 0 });
  }, [subject]);

  return (
    <aside className={classes.panel} aria-label={label}>
      <header className={classes.head}>
        <div className={classes.title}>{title}</div>
        <div className={classes.actions}>
          {actions}
          <ActionIcon aria-label={t("action.close")} onClick={onClose}>
            <XIcon size={18} />
          </ActionIcon>
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
      <section className={classes.body} ref={body} tabIndex={0} aria-label={label}>
        {children}
      </section>
    </aside>
  );
}
