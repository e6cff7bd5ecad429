import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ActivityIcon, TableIcon } from "./icons.ts";
import classes from "./page.module.css";

type FigureProps = {
  readonly title: ReactNode;
  readonly aside?: ReactNode;
  readonly note?: ReactNode;
  readonly chart: ReactNode;
  /** The same facts as a table; absent while there is nothing to show. */
  readonly table: ReactNode | undefined;
};

/** A chart that can be read as a table too. */
export function Figure({ title, aside, note, chart, table }: FigureProps) {
  const { t } = useTranslation("shell");
  const [isTable, setTable] = useState(false);
  return (
    <section className={classes.section}>
      <div className={classes.sectionHead} data-controls>
        <h2 className={classes.sectionTitle}>{title}</h2>
        <div className={classes.sectionControls}>
          {aside}
          {table === undefined ? null : (
            <Button
              size="compact-xs"
              variant="subtle"
              leftSection={isTable ? <ActivityIcon size={14} /> : <TableIcon size={14} />}
              onClick={() => setTable(!isTable)}
            >
              {isTable ? t("action.showChart") : t("action.showTable")}
            </Button>
          )}
        </div>
      </div>
      {isTable && table !== undefined ? table : chart}
      {note && !isTable ? <p className={classes.note}>{note}</p> : null}
    </section>
  );
}
