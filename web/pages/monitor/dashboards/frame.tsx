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
  const { t } = useTranslation("live");
  const { data: me } = useQuery(meQuery);
  const language = currentLanguage();
  return (
    <Page
      title={t(`board.title.${board}`)}
      lead={t(`board.lead.${board}`)}
      actions={
        <>
          <LinkButton to="/wall" variant="default">
            {t("board.toWall")}
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
              {t(`board.file.${format}`)}
            </Button>
          ))}
        </>
      }
    >
      <nav className={classes.tabs} aria-label={t("board.boards")}>
        {(["units", "rules"] as const)
          .filter((one) => one === "units" || me?.permissions.includes("rule:read"))
          .map((one) => (
            <Link
              key={one}
              to="/dashboards"
              search={{ board: one === "units" ? undefined : one, days }}
              activeOptions={{ exact: true, includeSearch: false }}
              aria-current={one === board ? "page" : undefined}
              data-chosen={one === board || undefined}
            >
              {t(`board.title.${one}`)}
            </Link>
          ))}
      </nav>
      <div className={classes.controls}>
        <Segments
          aria-label={t("board.days.label")}
          value={days}
          onChange={onDays}
          data={DAYS.map((value) => ({ value, label: t(`board.days.${value}`) }))}
        />
        {filters}
        <span className={classes.at}>
          {at ? (
            <>
              {t("board.at")} <Instant at={at} />
            </>
          ) : null}
        </span>
      </div>
      {children}
    </Page>
  );
}
