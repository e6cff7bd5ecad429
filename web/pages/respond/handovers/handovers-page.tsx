import { Button, TextInput } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { acknowledge, type Handover, handoversQuery, withdrawHandover } from "../../../api/casework.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { Markdown } from "../../../ui/markdown.tsx";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "../casework/casework.module.css";
import { GiveForm } from "./give-form.tsx";
import { HandoverItems } from "./handover-items.tsx";

/** Shifts handed over, newest first, and the way to hand over the next. */
export function HandoversPage() {
  const { t } = useTranslation("casework");
  const { data: me } = useQuery(meQuery);
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(handoversQuery);
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page title={t("shift.title")} lead={t("shift.lead")}>
      {me?.permissions.includes("incident:write") ? <GiveForm /> : null}
      <Section title={t("shift.given")}>
        {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <RowsSkeleton rows={5} /> : null}
        {data && items.length === 0 ? <Empty title={t("shift.none")}>{t("shift.noneHint")}</Empty> : null}
        <ol className={classes.list}>
          {items.map((handover) => (
            <li key={handover.id}>
              <Given handover={handover} />
            </li>
          ))}
        </ol>
        {hasNextPage ? (
          <div>
            <Button size="xs" variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {t("feed.more")}
            </Button>
          </div>
        ) : null}
      </Section>
    </Page>
  );
}

function Given({ handover }: { readonly handover: Handover }) {
  const { t } = useTranslation("casework");
  const { nameOf } = useUnit();
  const { giver, receiver, unitId, at, note, acknowledgedAt, answer, withdrawnAt } = handover;
  return (
    <article className={classes.evidence} aria-label={t("shift.fromTo", { from: giver.name, to: receiver.name })}>
      <div className={classes.evidenceHead}>
        <strong>{t("shift.fromTo", { from: giver.name, to: receiver.name })}</strong>
        <span className={classes.feedWho}>
          {nameOf(unitId)} · <Instant at={at} />
        </span>
      </div>
      <Markdown text={note} />
      <HandoverItems items={handover.items} hidden={handover.hidden} more={handover.more} />
      {acknowledgedAt ? (
        <p className={classes.note}>
          {t("shift.acknowledged", { name: receiver.name })} <Instant at={acknowledgedAt} />
          {answer ? ` · ${answer}` : ""}
        </p>
      ) : withdrawnAt ? (
        <p className={classes.small}>
          {t("shift.withdrawn")} <Instant at={withdrawnAt} />
        </p>
      ) : handover.isMine ? (
        <AcknowledgeForm id={handover.id} />
      ) : (
        <Waiting handover={handover} />
      )}
    </article>
  );
}

/** Nobody has acknowledged it: whoever gave it may take it back. */
function Waiting({ handover: { id, receiver, mayWithdraw } }: { readonly handover: Handover }) {
  const { t } = useTranslation("casework");
  const queryClient = useQueryClient();
  const act = useMutation({
    mutationFn: () => withdrawHandover(id),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["handovers"] }),
  });
  const ask = async () => {
    const title = t("shift.withdrawSure", { name: receiver.name });
    if ((await confirm({ title, body: t("shift.withdrawHint"), action: t("shift.withdraw") })) !== undefined)
      act.mutate();
  };
  return (
    <>
      <p className={classes.small}>{t("shift.waiting", { name: receiver.name })}</p>
      {mayWithdraw ? (
        <div>
          <Button size="compact-sm" variant="default" loading={act.isPending} onClick={() => void ask()}>
            {t("shift.withdraw")}
          </Button>
        </div>
      ) : null}
      {act.error ? <ProblemNote error={act.error} /> : null}
    </>
  );
}

function AcknowledgeForm({ id }: { readonly id: string }) {
  const { t } = useTranslation("casework");
  const queryClient = useQueryClient();
  const [answer, setAnswer] = useState("");
  const act = useMutation({
    mutationFn: () => acknowledge(id, answer.trim()),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ["handovers"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.inline}>
      <TextInput
        label={t("shift.answer")}
        maxLength={1000}
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
      />
      <Button type="submit" loading={act.isPending}>
        {t("shift.acknowledge")}
      </Button>
      {act.error ? <ProblemNote error={act.error} /> : null}
    </form>
  );
}
