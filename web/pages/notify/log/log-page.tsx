import { Button, NativeSelect } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import {
  CHANNEL_KINDS,
  countReplayable,
  replayAll,
  replaySend,
  SEND_STATES,
  type Send,
  sendLogQuery,
} from "../../../api/notify.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { confirm } from "../../../ui/confirm.tsx";
import type { Column } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { CircleCheckIcon, CircleMinusIcon, CircleXIcon, ClockIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { useMore } from "../../../ui/use-more.ts";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { VirtualTable } from "../../../ui/virtual-table.tsx";
import classes from "../notify.module.css";
import { NotifyFrame } from "../notify-frame.tsx";

/** What was sent to whom, what it was answered, and what was given up. */
export function SendLogPage() {
  const { t } = useTranslation("notify");
  const { state, via } = useSearch({ from: "/frame/notify/log" });
  const navigate = useNavigate({ from: "/notify/log" });
  const log = useInfiniteQuery(sendLogQuery({ state, via }));
  const { data, error, refetch } = log;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const more = useMore(log);
  const columns = useColumns();
  return (
    <NotifyFrame
      tab="log"
      actions={
        <>
          {state === "dead" && rows.length > 0 ? <ReplayAll via={via} /> : null}
          <NativeSelect
            aria-label={t("log.state")}
            value={state ?? ""}
            onChange={({ currentTarget }) =>
              void navigate({ search: (now) => ({ ...now, state: currentTarget.value || undefined }) })
            }
            data={[
              { value: "", label: t("log.allStates") },
              ...SEND_STATES.map((value) => ({ value, label: t(`state.${value}`) })),
            ]}
          />
          <NativeSelect
            aria-label={t("log.via")}
            value={via ?? ""}
            onChange={({ currentTarget }) =>
              void navigate({ search: (now) => ({ ...now, via: currentTarget.value || undefined }) })
            }
            data={[
              { value: "", label: t("log.allWays") },
              ...CHANNEL_KINDS.map((value) => ({ value, label: t(`via.${value}`) })),
            ]}
          />
        </>
      }
    >
      {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={8} /> : null}
      {data && rows.length === 0 ? <Empty title={t("log.empty")}>{t("log.emptyHint")}</Empty> : null}
      {rows.length > 0 ? (
        <VirtualTable
          label={t("admin.tab.log")}
          rows={rows}
          columns={columns}
          idOf={({ id }) => id}
          more={more}
          rowHeight={58}
        />
      ) : null}
    </NotifyFrame>
  );
}

const ICONS = { waiting: ClockIcon, sent: CircleCheckIcon, dead: CircleXIcon, moot: CircleMinusIcon } as const;

function useColumns(): readonly Column<Send>[] {
  const { t } = useTranslation("notify");
  const { nameOf } = useUnit();
  return useMemo(
    (): readonly Column<Send>[] => [
      { id: "at", title: t("log.at"), width: 180, cell: ({ createdAt }) => <Instant at={createdAt} /> },
      {
        id: "to",
        title: t("log.to"),
        cell: ({ to, via, unitId }) => (
          <>
            <strong>{to.name}</strong>
            <span className={classes.minor}>
              {t(`via.${via}`)} · {nameOf(unitId)}
            </span>
          </>
        ),
      },
      {
        id: "matters",
        title: t("log.matters"),
        width: 90,
        isNumber: true,
        isMinor: true,
        cell: ({ matters }) => formatCount(matters),
      },
      {
        id: "state",
        title: t("log.state"),
        width: 190,
        cell: ({ state, attemptCount, nextAt }) => {
          const Icon = ICONS[state];
          return (
            <>
              <span className={classes.state} data-state={state}>
                <Icon size={15} stroke={1.7} aria-hidden />
                {t(`state.${state}`)}
              </span>
              <span className={classes.minor}>
                {t("log.attempts", { count: attemptCount })}
                {state === "waiting" ? (
                  <>
                    {" · "}
                    {t("log.next")} <Instant at={nextAt} />
                  </>
                ) : null}
              </span>
            </>
          );
        },
      },
      {
        id: "answer",
        title: t("log.answer"),
        isWide: true,
        cell: ({ attempts }) =>
          attempts[0] ? (
            <>
              <code>{attempts[0].answer}</code>
              <span className={classes.minor}>{t("test.latency", { ms: formatCount(attempts[0].latencyMs) })}</span>
            </>
          ) : (
            "–"
          ),
      },
      {
        id: "act",
        title: t("actions"),
        width: 120,
        cell: (send) => (send.state === "dead" ? <Replay send={send} /> : null),
      },
    ],
    [t, nameOf],
  );
}

function ReplayAll({ via }: { readonly via: string | undefined }) {
  const { t } = useTranslation("notify");
  const { data: me } = useQuery(meQuery);
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const kind = CHANNEL_KINDS.find((one) => one === via);
  const replay = useMutation({
    mutationFn: () => replayAll(kind === undefined ? {} : { via: kind }),
    onSuccess: async ({ count }) => {
      await queryClient.invalidateQueries({ queryKey: ["notify", "log"] });
      toastDone(t("log.replayedAll", { count }));
    },
    onError: toastProblem,
  });
  const counting = useMutation({
    mutationFn: () => countReplayable(kind === undefined ? {} : { via: kind }),
    onError: toastProblem,
    onSuccess: ({ count }) => void ask(count),
  });
  const ask = async (count: number) => {
    const answer = await confirm({
      title: t("log.replayAllTitle"),
      body: t("log.replayAllBody", { count }),
      action: t("log.replayAll"),
    });
    if (answer !== undefined) replay.mutate();
  };
  if (!me?.permissions.includes("notify:write")) return null;
  return (
    <Button variant="default" loading={counting.isPending || replay.isPending} onClick={() => counting.mutate()}>
      {t("log.replayAll")}
    </Button>
  );
}

function Replay({ send }: { readonly send: Send }) {
  const { t } = useTranslation("notify");
  const { units } = useUnit();
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const replay = useMutation({
    mutationFn: () => replaySend(send.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["notify", "log"] });
      toastDone(t("log.replayed"));
    },
    onError: toastProblem,
  });
  if (!units.find(({ id }) => id === send.unitId)?.permissions.includes("notify:write")) return null;
  return (
    <Button size="compact-sm" variant="default" loading={replay.isPending} onClick={() => replay.mutate()}>
      {t("log.replay")}
    </Button>
  );
}
