import { Button, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  ENTITY_KINDS,
  type GroupingPreview,
  type GroupingRuleInput,
  previewGroupingRule,
} from "../../../api/formation.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { dateIn, type GroupingDraft, hasMatch, inputOf, isComplete, matchOf } from "./draft.ts";
import classes from "./grouping.module.css";

type DialogProps = {
  readonly title: string;
  readonly draft: GroupingDraft;
  readonly save: (input: GroupingRuleInput) => Promise<unknown>;
  readonly onClose: () => void;
};

/** What, where, why and until when; the last two nobody can leave out. A preview says what it would have done. */
export function GroupingDialog({ title, draft: first, save, onClose }: DialogProps) {
  const { t } = useTranslation(["formation", "shell"]);
  const [draft, setDraft] = useState(first);
  const queryClient = useQueryClient();
  const change = (parts: Partial<GroupingDraft>) => setDraft((now) => ({ ...now, ...parts }));
  const saving = useMutation({
    mutationFn: () => save(inputOf(draft)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["grouping-rules"] });
      toastDone(t("formation:grouping.saved"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isComplete(draft)) saving.mutate();
  };
  return (
    <Dialog title={title} onClose={onClose} size={640}>
      <form onSubmit={submit} className={classes.form}>
        <MatchFields draft={draft} onChange={change} />
        <Preview draft={draft} />
        <Textarea
          label={t("formation:grouping.column.reason")}
          description={t("formation:grouping.reasonHint")}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={1000}
          required
          withAsterisk={false}
          value={draft.reason}
          onChange={(event) => change({ reason: event.currentTarget.value })}
        />
        <TextInput
          type="date"
          label={t("formation:grouping.column.expires")}
          description={t("formation:grouping.expiresHint")}
          required
          withAsterisk={false}
          min={dateIn(0, Date.now())}
          max={dateIn(365, Date.now())}
          value={draft.until}
          onChange={(event) => change({ until: event.currentTarget.value })}
        />
        {saving.error ? <ProblemNote error={saving.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("shell:action.cancel")}
          </Button>
          <Button type="submit" disabled={!isComplete(draft)} loading={saving.isPending}>
            {t("formation:grouping.save")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

type FieldsProps = { readonly draft: GroupingDraft; readonly onChange: (parts: Partial<GroupingDraft>) => void };

function MatchFields({ draft, onChange }: FieldsProps) {
  const { t } = useTranslation("formation");
  const { data: me } = useQuery(meQuery);
  const { nameOf } = useUnit();
  const own = me?.units.filter(({ permissions }) => permissions.includes("incident:write")).map(({ id }) => id) ?? [];
  const units = own.includes(draft.unitId) ? own : [draft.unitId, ...own];
  return (
    <>
      <NativeSelect
        label={t("grouping.column.what")}
        value={draft.effect}
        onChange={(event) => onChange({ effect: event.currentTarget.value === "join" ? "join" : "never-open" })}
        data={(["never-open", "join"] as const).map((value) => ({ value, label: t(`grouping.effect.${value}`) }))}
      />
      <div className={classes.pair}>
        <NativeSelect
          label={t("grouping.kind")}
          value={draft.entityKind ?? ""}
          onChange={(event) =>
            onChange({ entityKind: ENTITY_KINDS.find((kind) => kind === event.currentTarget.value) ?? null })
          }
          data={[
            { value: "", label: t("grouping.anyKind") },
            ...ENTITY_KINDS.map((value) => ({ value, label: t(`kind.${value}`) })),
          ]}
        />
        <TextInput
          label={t("grouping.pattern")}
          description={t("grouping.patternHint")}
          maxLength={260}
          required
          withAsterisk={false}
          spellCheck={false}
          value={draft.pattern}
          onChange={(event) => onChange({ pattern: event.currentTarget.value })}
        />
      </div>
      <TextInput
        label={t("grouping.rule")}
        description={t("grouping.ruleHint")}
        maxLength={300}
        spellCheck={false}
        value={draft.ruleId}
        onChange={(event) => onChange({ ruleId: event.currentTarget.value })}
      />
      <NativeSelect
        label={t("grouping.unit")}
        description={t("grouping.unitHint")}
        value={draft.unitId}
        onChange={(event) => onChange({ unitId: event.currentTarget.value })}
        data={units.map((id) => ({ value: id, label: nameOf(id) }))}
      />
    </>
  );
}

function Preview({ draft }: { readonly draft: GroupingDraft }) {
  const { t } = useTranslation("formation");
  const preview = useMutation({ mutationFn: () => previewGroupingRule(matchOf(draft)) });
  return (
    <div className={classes.preview}>
      <Button
        size="xs"
        variant="default"
        disabled={!hasMatch(draft)}
        loading={preview.isPending}
        onClick={() => preview.mutate()}
      >
        {t("preview.action")}
      </Button>
      {preview.error ? <ProblemNote error={preview.error} /> : null}
      <div aria-live="polite">{preview.data ? <Previewed preview={preview.data} /> : null}</div>
    </div>
  );
}

function Previewed({ preview }: { readonly preview: GroupingPreview }) {
  const { t } = useTranslation("formation");
  const { days, alerts, concerned, incidentsWithout, incidentsWith, examples, isPartial } = preview;
  return (
    <>
      <p>
        {t("preview.concerned", { days, count: alerts, text: formatCount(alerts), concerned: formatCount(concerned) })}{" "}
        {t("preview.incidents", { without: formatCount(incidentsWithout), with: formatCount(incidentsWith) })}
      </p>
      {isPartial ? <p>{t("preview.partial", { alerts: formatCount(alerts) })}</p> : null}
      <ul className={classes.examples}>
        {examples.map(({ id, ruleTitle, entity }) => (
          <li key={id}>
            {ruleTitle} – {entity}
          </li>
        ))}
      </ul>
    </>
  );
}
