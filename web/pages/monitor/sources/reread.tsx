import { Button, Group, NativeSelect, Progress } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  cancelReread,
  previewReread,
  type Reread,
  type RereadPreview,
  type RereadStart,
  rereadsQuery,
  startReread,
  type Unread,
  unreadQuery,
} from "../../../api/rereads.ts";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./sources.module.css";

const EVER = new Date(0).toISOString();

/** Stored events that are not understood, and having them read again. */
export function RereadSection({ id, canWrite }: { readonly id: string; readonly canWrite: boolean }) {
  const { t } = useTranslation("reread");
  const queryClient = useQueryClient();
  const [from, setFrom] = useState<string>();
  const { data: unread, error, isFetching } = useQuery(unreadQuery(id, from));
  const { data: jobs } = useQuery(rereadsQuery(id));
  const [latest] = jobs?.items ?? [];
  const endedAt = latest?.finishedAt ?? null;
  // What a job has read is no longer there to be read: the counts, and the figures of the source, are asked again.
  useEffect(() => {
    if (endedAt === null) return;
    void queryClient.invalidateQueries({ queryKey: ["rereads", id, "unread"] });
    void queryClient.invalidateQueries({ queryKey: ["sources"] });
  }, [queryClient, id, endedAt]);
  const reasons = unread?.items ?? [];
  if (!error && !unread) return null;
  return (
    <Section title={t("title")}>
      {error ? <ProblemNote error={error} /> : null}
      {unread ? <Reach unread={unread} isAsked={from !== undefined} /> : null}
      <ul className={classes.plain}>
        {reasons.map(({ reason, events, oldest, newest }) => (
          <li key={reason}>
            <Reason reason={reason} /> {formatCount(events)} · <Instant at={oldest} /> – <Instant at={newest} />
          </li>
        ))}
      </ul>
      {from === undefined ? (
        <Button size="compact-sm" variant="default" onClick={() => setFrom(EVER)} loading={isFetching}>
          {t("older")}
        </Button>
      ) : null}
      {canWrite && reasons.length > 0 ? (
        <Asking id={id} reasons={reasons.map(({ reason }) => reason)} isRunning={latest?.finishedAt === null} />
      ) : null}
      {latest ? <Job job={latest} canWrite={canWrite} /> : null}
    </Section>
  );
}

/** How far back was looked. */
function Reach({ unread, isAsked }: { readonly unread: Unread; readonly isAsked: boolean }) {
  const { t } = useTranslation("reread");
  const reach = isAsked ? t("everything") : t("days", { count: 30 });
  return (
    <p className={classes.hint}>
      {unread.items.length === 0 ? t("none", { reach }) : t("reach", { reach })}
      {unread.isComplete ? null : ` ${t("atLeast")}`}
    </p>
  );
}

function Reason({ reason }: { readonly reason: string }) {
  const reasonText = useReasonText();
  return <strong>{reasonText(reason)}</strong>;
}

function useReasonText(): (reason: string) => string {
  const { t } = useTranslation(["reread", "monitor"]);
  return (reason) => (reason === "" ? t("reread:plainText") : t(`monitor:problem.${reason}`, { defaultValue: reason }));
}

const DAY_MS = 86_400_000;
const RANGES = [1, 7, 30, 90] as const;
const ALL = "all";

type AskingProps = { readonly id: string; readonly reasons: readonly string[]; readonly isRunning: boolean };

function Asking({ id, reasons, isRunning }: AskingProps) {
  const { t } = useTranslation("reread");
  const reasonText = useReasonText();
  const queryClient = useQueryClient();
  const [chosen, choose] = useState(ALL);
  const [days, setDays] = useState(ALL);
  const input = (): RereadStart => ({
    ...(chosen !== ALL && { reason: chosen.slice(1) }),
    ...(days !== ALL && { from: new Date(Date.now() - Number(days) * DAY_MS).toISOString() }),
  });
  const preview = useMutation({ mutationFn: () => previewReread(id, input()) });
  const start = useMutation({
    mutationFn: () => startReread(id, input()),
    onSuccess: () => {
      preview.reset();
      return queryClient.invalidateQueries({ queryKey: ["rereads", id] });
    },
  });
  const change = (apply: () => void) => {
    apply();
    preview.reset();
  };
  return (
    <>
      <Group align="end" gap="xs">
        <NativeSelect
          label={t("reason")}
          value={chosen}
          onChange={({ currentTarget: { value } }) => change(() => choose(value))}
          data={[
            { value: ALL, label: t("every") },
            ...reasons.map((reason) => ({ value: `=${reason}`, label: reasonText(reason) })),
          ]}
        />
        <NativeSelect
          label={t("range")}
          value={days}
          onChange={({ currentTarget: { value } }) => change(() => setDays(value))}
          data={[
            { value: ALL, label: t("everything") },
            ...RANGES.map((count) => ({ value: String(count), label: t("days", { count }) })),
          ]}
        />
        <Button variant="default" onClick={() => preview.mutate()} loading={preview.isPending} disabled={isRunning}>
          {t("preview")}
        </Button>
      </Group>
      {preview.error || start.error ? <ProblemNote error={start.error ?? preview.error} /> : null}
      {preview.data ? <Preview preview={preview.data} /> : null}
      {preview.data && preview.data.wanted > 0 ? (
        <Button onClick={() => start.mutate()} loading={start.isPending} disabled={isRunning}>
          {t(preview.data.isComplete ? "start" : "startAtLeast", { text: formatCount(preview.data.wanted) })}
        </Button>
      ) : null}
    </>
  );
}

function Preview({ preview: { looked, understood, readers, matches } }: { readonly preview: RereadPreview }) {
  const { t } = useTranslation("reread");
  return (
    <div aria-live="polite">
      <p>{t("found", { looked: formatCount(looked), understood: formatCount(understood) })}</p>
      <Readers readers={readers} />
      {matches > 0 ? <p>{t("matches", { count: matches, text: formatCount(matches) })}</p> : null}
      <p className={classes.hint}>{t("hint")}</p>
    </div>
  );
}

function Readers({ readers }: Pick<RereadPreview, "readers">) {
  return (
    <ul className={classes.plain}>
      {readers.map(({ reader, events }) => (
        <li key={reader}>
          <code>{reader}</code> {formatCount(events)}
        </li>
      ))}
    </ul>
  );
}

function Job({ job, canWrite }: { readonly job: Reread; readonly canWrite: boolean }) {
  const { t } = useTranslation("reread");
  const queryClient = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelReread(job.sourceId, job.id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["rereads", job.sourceId] }),
  });
  const percent = Math.min(100, Math.round((job.looked / Math.max(job.wanted, 1)) * 100));
  return (
    <div aria-live="polite">
      <p>
        {t(`status.${job.status}`)}{" "}
        {t("found", { looked: formatCount(job.looked), understood: formatCount(job.understood) })}{" "}
        <Instant at={job.finishedAt ?? job.createdAt} /> {job.by.name}
        {job.problem === "" ? null : ` · ${t(job.finishedAt === null ? "waits" : "gone")}`}
      </p>
      {job.finishedAt === null ? (
        <Group gap="xs" wrap="nowrap">
          <Progress.Root style={{ flex: 1 }}>
            <Progress.Section value={percent} aria-label={t("progress", { percent })} />
          </Progress.Root>
          <span>{percent}%</span>
          {canWrite && job.status === "running" ? (
            <Button size="compact-sm" variant="default" onClick={() => cancel.mutate()} loading={cancel.isPending}>
              {t("cancel")}
            </Button>
          ) : null}
        </Group>
      ) : null}
      {cancel.error ? <ProblemNote error={cancel.error} /> : null}
      <Readers readers={job.readers} />
    </div>
  );
}
