import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { QueryValues } from "../../../api/client.ts";
import { boardFile } from "../../../api/dashboards.ts";
import { meQuery } from "../../../api/session.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { DownloadIcon } from "../../../ui/icons.ts";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page } from "../../../ui/page.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./dashboards.module.css";

export const DAYS = ["1", "7", "30", "90"] as const;
export const daysOf = (asked: string | undefined) => DAYS.find((one) => one === asked) ?? "7";

type BoardFrameProps = {
  readonly board: "units" | "rules";
  /** What is asked for: the files are made of the same. */
  readonly query: QueryValues;
  readonly days: (typeof DAYS)[number];
  readonly onDays: (days: (typeof DAYS)[number]) => void;
  /** Filters beside the range. */
  readonly filters?: ReactNode;
  /** Since when the figures are. */
  readonly at: string | undefined;
  readonly children: ReactNode;
};

/** What both dashboards have: range, filters, files, and the way to each other. */
export function BoardFrame({ board, query, days, onDays, filters, at, children }: BoardFrameProps) {
  const { t } = useTranslation("dashboards");
  const { data: me } = useQuery(meQuery);
  const language = currentLanguage();
  return (
    <Page
      title={t(`title.${board}`)}
      lead={t(`lead.${board}`)}
      actions={
        <>
          <LinkButton to="/wall" variant="default">
            {t("toWall")}
          </LinkButton>
          {(["csv", "pdf"] as const).map((format) => (
            <Button
              key={format}
              component="a"
              variant="default"
              leftSection={<DownloadIcon size={15} />}
              href={boardFile(board, format, { ...query, language })}
              download
            >
              {t(`file.${format}`)}
            </Button>
          ))}
        </>
      }
    >
      <nav className={classes.tabs} aria-label={t("boards")}>
        <Link to="/dashboards/units" activeOptions={{ includeSearch: false }}>
          {t("title.units")}
        </Link>
        {me?.permissions.includes("rule:read") ? (
          <Link to="/dashboards/rules" activeOptions={{ includeSearch: false }}>
            {t("title.rules")}
          </Link>
        ) : null}
      </nav>
      <div className={classes.controls}>
        <Segments
          aria-label={t("days.label")}
          value={days}
          onChange={onDays}
          data={DAYS.map((value) => ({ value, label: t(`days.${value}`) }))}
        />
        {filters}
        <span className={classes.at}>
          {at ? (
            <>
              {t("at")} <Instant at={at} />
            </>
          ) : null}
        </span>
      </div>
      {children}
    </Page>
  );
}
