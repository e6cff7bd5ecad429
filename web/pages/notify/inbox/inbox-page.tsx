import { Button, Switch } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { markRead } from "../../../api/bell.ts";
import { inboxQuery } from "../../../api/notify.ts";
import { MessageLink } from "../../../parts/bell.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "../notify.module.css";

/** One's own messages, newest first. */
export function InboxPage() {
  const { t } = useTranslation("notify");
  const { unread } = useSearch({ from: "/frame/notifications" });
  const navigate = useNavigate({ from: "/notifications" });
  const inbox = useInfiniteQuery(inboxQuery(unread === "yes" ? "yes" : "no"));
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = inbox;
  const queryClient = useQueryClient();
  const read = useMutation({
    mutationFn: markRead,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["notifications"] }),
  });
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  const [newest] = items;
  return (
    <Page
      title={t("inbox.title")}
      lead={t("inbox.lead")}
      actions={
        <>
          <Switch
            size="sm"
            label={t("inbox.onlyUnread")}
            checked={unread === "yes"}
            onChange={(event) =>
              void navigate({ search: (now) => ({ ...now, unread: event.currentTarget.checked ? "yes" : undefined }) })
            }
          />
          <Button
            variant="default"
            loading={read.isPending}
            disabled={!newest || items.every(({ readAt }) => readAt !== null)}
            onClick={() => newest && read.mutate({ allUpTo: newest.id })}
          >
            {t("inbox.readAll")}
          </Button>
          <LinkButton variant="default" to="/notifications/settings">
            {t("preferences.title")}
          </LinkButton>
        </>
      }
    >
      {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={8} /> : null}
      {data && items.length === 0 ? (
        <Empty title={unread === "yes" ? t("inbox.allRead") : t("inbox.empty")}>{t("inbox.emptyHint")}</Empty>
      ) : null}
      {items.length > 0 ? (
        <ul className={classes.messages} aria-label={t("inbox.title")}>
          {items.map((message) => (
            <li key={message.id}>
              <MessageLink
                message={message}
                onFollow={() => {
                  if (message.readAt === null) read.mutate({ ids: [message.id] });
                }}
              />
            </li>
          ))}
        </ul>
      ) : null}
      {hasNextPage ? (
        <div>
          <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {t("more")}
          </Button>
        </div>
      ) : null}
    </Page>
  );
}
