import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import classes from "./results-table.module.css";

type FooterProps = {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onMore: () => void;
  readonly note: string;
};

export function ResultsFooter({ hasMore, isLoading, onMore, note }: FooterProps) {
  const { t } = useTranslation("shell");
  return (
    <div className={classes.footer}>
      {hasMore ? (
        <Button size="xs" variant="default" loading={isLoading} onClick={onMore}>
          {t("action.loadMore")}
        </Button>
      ) : null}
      <span>{note}</span>
    </div>
  );
}
