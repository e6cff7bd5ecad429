import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./casework.module.css";

type TheirsProps = {
  readonly by: string;
  readonly at: string;
  readonly title?: string;
  readonly text: string;
  /** Puts both texts together; absent where that makes no sense, such as for a query. */
  readonly both?: { readonly hasRoom: boolean; readonly take: () => void };
  readonly onMine: () => void;
};

/** What another person saved while one was typing: both texts stand there, and the person decides. */
export function Theirs({ by, at, title, text, both, onMine }: TheirsProps) {
  const { t } = useTranslation("casework");
  return (
    <section aria-label={t("notes.theirs")} className={classes.warning}>
      <div role="alert">
        <h3>{t("notes.theirs")}</h3>
        <p>
          {t("notes.conflict", { by })} <Instant at={at} />
        </p>
      </div>
      {title === undefined ? null : (
        <p className={classes.prose}>
          <strong>{title}</strong>
        </p>
      )}
      <pre className={classes.prose}>{text}</pre>
      <span className={classes.buttons}>
        {both ? (
          <Button size="compact-sm" variant="default" disabled={!both.hasRoom} onClick={both.take}>
            {t("notes.both")}
          </Button>
        ) : null}
        <Button size="compact-sm" variant="default" onClick={onMine}>
          {t("keepMine")}
        </Button>
      </span>
    </section>
  );
}
