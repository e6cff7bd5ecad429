import { Button, VisuallyHidden } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { latestQuery, type Message, markRead, unreadQuery } from "../api/bell.ts";
import { currentLanguage } from "../app/i18n.ts";
import { formatAgo } from "../ui/ago.ts";
import { formatCount } from "../ui/figures.ts";
import { BellRingingIcon } from "../ui/icons.ts";
import { LatePopover } from "../ui/late-popover.tsx";
import classes from "./bell.module.css";
import { Severity } from "./severity.tsx";

/** Counted no further. */
const MAX_COUNTED = 1000;

/** How many messages are unread, and the newest of them, on every page. */
export function Bell({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation(["notify", "monitor"], { useSuspense: true });
  const { data } = useQuery(unreadQuery);
  const [isOpen, setOpen] = useState(false);
  const unread = data?.unread ?? 0;
  return (
    <LatePopover
      label={t("notify:bell.title")}
      position="bottom-end"
      width={400}
      isOpen={isOpen}
      onOpen={setOpen}
      button={
        <button type="button" className={className}>
          <BellRingingIcon size={17} stroke={1.7} aria-hidden />
          <VisuallyHidden>{t("notify:bell.title")}</VisuallyHidden>
          {unread > 0 ? (
            <span className={classes.count}>
              {unread >= MAX_COUNTED ? "999+" : formatCount(unread)}
              <VisuallyHidden> {t("notify:bell.unread")}</VisuallyHidden>
            </span>
          ) : null}
        </button>
      }
    >
      <Latest onLeave={() => setOpen(false)} />
    </LatePopover>
  );
}

function Latest({ onLeave }: { readonly onLeave: () => void }) {
  const { t } = useTranslation("notify");
  const { data } = useQuery(latestQuery);
  const queryClient = useQueryClient();
  const read = useMutation({
    mutationFn: markRead,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["notifications"] }),
  });
  const items = data?.items ?? [];
  const [newest] = items;
  return (
    <div className={classes.panel}>
      <div className={classes.head}>
        <h2 className={classes.title}>{t("bell.title")}</h2>
        {newest && items.some(({ readAt }) => readAt === null) ? (
          <Button
            size="compact-xs"
            variant="subtle"
            loading={read.isPending}
            onClick={() => read.mutate({ allUpTo: newest.id })}
          >
            {t("inbox.readAll")}
          </Button>
        ) : null}
      </div>
      {data && items.length === 0 ? <p className={classes.none}>{t("inbox.empty")}</p> : null}
      <ul className={classes.list}>
        {items.map((message) => (
          <li key={message.id}>
            <MessageLink
              message={message}
              onFollow={() => {
                if (message.readAt === null) read.mutate({ ids: [message.id] });
                onLeave();
              }}
            />
          </li>
        ))}
      </ul>
      <Link to="/notifications" className={classes.all} onClick={onLeave}>
        {t("bell.all")}
      </Link>
    </div>
  );
}

type LinkProps = { readonly message: Message; readonly onFollow: () => void };

/** One message as a way to what it is about. */
export function MessageLink({ message, onFollow }: LinkProps) {
  const { t } = useTranslation("notify");
  const router = useRouter();
  const language = currentLanguage();
  return (
    <a
      href={message.path}
      className={classes.message}
      data-unread={message.readAt === null || undefined}
      onClick={(event) => {
        onFollow();
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        router.history.push(message.path);
      }}
    >
      <span className={classes.words}>
        {message.readAt === null ? <VisuallyHidden>{t("inbox.isUnread")} </VisuallyHidden> : null}
        {message.title[language]}
      </span>
      <span className={classes.facts}>
        <Severity level={message.severity} />
        <span>{t(`kind.${message.kind}`)}</span>
        <time dateTime={message.at}>{formatAgo(message.at, language)}</time>
      </span>
    </a>
  );
}
