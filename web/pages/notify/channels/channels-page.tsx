import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Channel, channelsQuery, removeChannel, testChannel } from "../../../api/notify.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { PlusIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "../notify.module.css";
import { NotifyFrame } from "../notify-frame.tsx";
import { ChannelDialog } from "./channel-dialog.tsx";
import { TestResult } from "./test-result.tsx";

/** Chat rooms, webhooks and mailing lists that units share. */
export function ChannelsPage() {
  const { t } = useTranslation("notify");
  const { data, error, refetch } = useQuery(channelsQuery);
  const { data: me } = useQuery(meQuery);
  const [editing, setEditing] = useState<Channel | "new">();
  const mayAdd = me?.permissions.includes("notify:write") === true;
  return (
    <NotifyFrame
      tab="channels"
      actions={
        mayAdd ? (
          <Button leftSection={<PlusIcon size={16} />} onClick={() => setEditing("new")}>
            {t("channel.add")}
          </Button>
        ) : null
      }
    >
      {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={5} /> : null}
      {data && !data.hasMail ? <p className={classes.hint}>{t("channel.noMail")}</p> : null}
      {data && data.items.length === 0 ? <Empty title={t("channel.empty")}>{t("channel.emptyHint")}</Empty> : null}
      <ul className={classes.cards}>
        {data?.items.map((channel) => (
          <li key={channel.id}>
            <ChannelCard channel={channel} onEdit={() => setEditing(channel)} />
          </li>
        ))}
      </ul>
      {editing !== undefined ? (
        <ChannelDialog
          key={editing === "new" ? "new" : editing.id}
          channel={editing === "new" ? undefined : editing}
          onClose={() => setEditing(undefined)}
        />
      ) : null}
    </NotifyFrame>
  );
}

function ChannelCard({ channel, onEdit }: { readonly channel: Channel; readonly onEdit: () => void }) {
  const { t } = useTranslation("notify");
  const { units, nameOf } = useUnit();
  const queryClient = useQueryClient();
  const { id, name, kind, unitId, shown, locale, isEnabled } = channel;
  const test = useMutation({ mutationFn: () => testChannel(id) });
  const remove = useMutation({
    mutationFn: () => removeChannel(id),
    onSuccess: (answer) => queryClient.setQueryData(channelsQuery.queryKey, answer),
  });
  const ask = async () => {
    const answer = await confirm({
      title: t("channel.removeTitle", { name }),
      body: t("channel.removeBody"),
      action: t("remove"),
    });
    if (answer !== undefined) remove.mutate();
  };
  const mayWrite = units.find((unit) => unit.id === unitId)?.permissions.includes("notify:write") === true;
  return (
    <article className={classes.card} aria-label={name}>
      <div className={classes.cardHead}>
        <div>
          <h2 className={classes.cardTitle}>{name}</h2>
          <span className={classes.minor}>
            {t(`via.${kind}`)} · {shown} · {nameOf(unitId)} · {t(`locale.${locale}`)}
            {isEnabled ? "" : ` · ${t("off")}`}
          </span>
        </div>
        {mayWrite ? (
          <div className={classes.row}>
            <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
              {t("test.send")}
            </Button>
            <Button size="xs" variant="default" onClick={onEdit}>
              {t("edit")}
            </Button>
            <Button size="xs" variant="subtle" color="shu" loading={remove.isPending} onClick={() => void ask()}>
              {t("remove")}
            </Button>
          </div>
        ) : null}
      </div>
      {test.data ? <TestResult answer={test.data} /> : null}
      {(test.error ?? remove.error) ? <ProblemNote error={test.error ?? remove.error} /> : null}
    </article>
  );
}
