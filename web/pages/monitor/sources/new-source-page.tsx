import { Button, Group } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { createSource, type SourceCreated, type SourceKind, sourceQuery } from "../../../api/sources.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { CopyButton } from "../../../ui/copy.tsx";
import { CircleCheckIcon, ClockIcon } from "../../../ui/icons.ts";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Snippets } from "./snippets.tsx";
import { type SourceDraft, SourceFields } from "./source-fields.tsx";
import classes from "./sources.module.css";

const KINDS: readonly SourceKind[] = ["token", "syslog", "file"];

/** From "what sends?" to the first event arriving, on one page. */
export function NewSourcePage() {
  const { t } = useTranslation("sources");
  const [created, setCreated] = useState<SourceCreated>();
  return (
    <Page
      title={created ? t("new.doneTitle", { name: created.source.name }) : t("new.title")}
      lead={created ? t(`new.doneLead.${created.source.kind}`) : t("new.lead")}
    >
      {created ? <Created created={created} /> : <CreateForm onCreated={setCreated} />}
    </Page>
  );
}

function CreateForm({ onCreated }: { readonly onCreated: (created: SourceCreated) => void }) {
  const { t } = useTranslation(["sources", "shell"]);
  const { unit, units } = useUnit();
  const queryClient = useQueryClient();
  const [kind, setKind] = useState<SourceKind>("token");
  const firstUnit = units.find(
    ({ id, permissions }) => (unit === "" || id === unit) && permissions.includes("source:write"),
  );
  const [draft, setDraft] = useState<SourceDraft>({
    name: "",
    unitId: firstUnit?.id ?? "",
    format: "auto",
    timeZone: "Asia/Tokyo",
    encoding: "auto",
    match: {},
  });
  const create = useMutation({
    mutationFn: () =>
      createSource({ ...draft, name: draft.name.trim(), kind, match: kind === "syslog" ? draft.match : {} }),
    onSuccess: (created) => {
      void queryClient.invalidateQueries({ queryKey: ["sources"] });
      onCreated(created);
    },
  });
  const isMatched = kind !== "syslog" || Object.keys(draft.match).some((part) => part !== "transport");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isMatched) create.mutate();
  };
  return (
    <form className={classes.form} onSubmit={submit}>
      <fieldset className={classes.choices}>
        <legend>{t("sources:new.how")}</legend>
        {KINDS.map((value) => (
          <label key={value} className={classes.choice} data-chosen={value === kind || undefined}>
            <input type="radio" name="kind" checked={value === kind} onChange={() => setKind(value)} />
            <span>
              <strong>{t(`sources:kind.${value}`)}</strong>
              <span className={classes.choiceHint}>{t(`sources:kindHint.${value}`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <SourceFields kind={kind} draft={draft} onChange={(part) => setDraft((now) => ({ ...now, ...part }))} />
      {create.error ? <ProblemNote error={create.error} /> : null}
      <Group gap="xs">
        <Button type="submit" loading={create.isPending} disabled={draft.name.trim() === "" || !isMatched}>
          {t("sources:new.submit")}
        </Button>
        <LinkButton to="/sources" variant="subtle">
          {t("shell:action.cancel")}
        </LinkButton>
        {isMatched ? null : <span className={classes.choiceHint}>{t("sources:new.matchNeeded")}</span>}
      </Group>
    </form>
  );
}

function Created({ created: { source, secret } }: { readonly created: SourceCreated }) {
  const { t } = useTranslation("sources");
  return (
    <div className={classes.stack}>
      {secret ? (
        <Section title={t("new.secretTitle")}>
          <p>{t("new.secretLead")}</p>
          <div className={classes.secret}>
            <code>{secret}</code>
            <CopyButton text={secret} label={t("new.copySecret")} />
          </div>
        </Section>
      ) : null}
      <Section title={t("snippet.title")}>
        <Snippets snippets={source.snippets} />
      </Section>
      <FirstEvent id={source.id} />
    </div>
  );
}

/** Waits with the person until the first event is there. */
function FirstEvent({ id }: { readonly id: string }) {
  const { t } = useTranslation("sources");
  const { data } = useQuery({ ...sourceQuery(id), refetchInterval: 3_000 });
  const events = data?.figures?.events ?? 0;
  return (
    <div>
      <p className={classes.waiting} data-arrived={events > 0 || undefined} role="status">
        {events > 0 ? <CircleCheckIcon size={18} aria-hidden /> : <ClockIcon size={18} aria-hidden />}
        {events > 0 ? t("new.arrived", { count: events }) : t("new.waiting")}
      </p>
      <Group gap="xs" mt="md">
        <LinkButton to="/sources/$id" params={{ id }} variant={events > 0 ? "filled" : "default"}>
          {t("new.toSource")}
        </LinkButton>
        <LinkButton to="/sources" variant="subtle">
          {t("new.toList")}
        </LinkButton>
      </Group>
    </div>
  );
}
