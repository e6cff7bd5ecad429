import { Button, Group, NativeSelect, SegmentedControl, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../../api/client.ts";
import type { ExceptionInput } from "../../../api/exceptions.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { dateIn, type ExceptionDraft, inputOf, isComplete } from "./draft.ts";
import classes from "./exceptions.module.css";
import { MatchFields } from "./match-fields.tsx";

const DAYS = [7, 30, 90] as const;

type DialogProps = {
  readonly title: string;
  readonly said: string;
  readonly draft: ExceptionDraft;
  /** The event whose fields are offered. */
  readonly sample?: { readonly eventId: string; readonly time: string };
  readonly save: (input: ExceptionInput) => Promise<unknown>;
  readonly onClose: () => void;
};

const isOfCorrelation = (error: unknown): boolean => error instanceof ApiProblem && "correlations" in error.facts;

/** An exception says what, where, why and until when; the last two nobody can leave out. */
export function ExceptionDialog({ title, said, draft: first, sample, save, onClose }: DialogProps) {
  const { t } = useTranslation(["exceptions", "shell"]);
  const titleOf = useRuleTitle();
  const [draft, setDraft] = useState(first);
  const queryClient = useQueryClient();
  const change = (parts: Partial<ExceptionDraft>) => setDraft((now) => ({ ...now, ...parts }));
  const saving = useMutation({
    mutationFn: () => save(inputOf(draft)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["exceptions"] });
      toastDone(said);
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
        <p className={classes.lead}>{t("exceptions:dialog.lead")}</p>
        <div>
          <h3 className={classes.label}>{t("exceptions:column.rules")}</h3>
          <ul className={classes.rules}>
            {draft.rules.map((rule) => (
              <li key={rule.id}>{titleOf(rule)}</li>
            ))}
          </ul>
        </div>
        <SegmentedControl
          size="xs"
          aria-label={t("exceptions:dialog.kind")}
          value={draft.kind}
          onChange={(kind) => change({ kind: kind === "sigma" ? "sigma" : "fields" })}
          data={[
            { value: "fields", label: t("exceptions:dialog.fields") },
            { value: "sigma", label: t("exceptions:dialog.sigma") },
          ]}
        />
        {draft.kind === "fields" ? (
          <MatchFields fields={draft.fields} onChange={(fields) => change({ fields })} sample={sample} />
        ) : (
          <Textarea
            label={t("exceptions:dialog.sigmaText")}
            description={t("exceptions:dialog.sigmaHint")}
            placeholder={"selection:\n  User|startswith: 'adm_'\ncondition: selection"}
            autosize
            minRows={5}
            maxRows={14}
            spellCheck={false}
            classNames={{ input: classes.code ?? "" }}
            value={draft.sigma}
            onChange={(event) => change({ sigma: event.currentTarget.value })}
          />
        )}
        <UnitField unitId={draft.unitId} onChange={(unitId) => change({ unitId })} />
        <Textarea
          label={t("exceptions:column.reason")}
          description={t("exceptions:dialog.reasonHint")}
          autosize
          minRows={2}
          maxRows={6}
          maxLength={1000}
          required
          withAsterisk={false}
          value={draft.reason}
          onChange={(event) => change({ reason: event.currentTarget.value })}
        />
        <UntilField until={draft.until} onChange={(until) => change({ until })} />
        {isOfCorrelation(saving.error) ? <p>{t("exceptions:dialog.correlation")}</p> : null}
        {saving.error ? <ProblemNote error={saving.error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("shell:action.cancel")}
          </Button>
          <Button type="submit" disabled={!isComplete(draft)} loading={saving.isPending}>
            {t("exceptions:dialog.save")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

function UnitField({ unitId, onChange }: { readonly unitId: string; readonly onChange: (unitId: string) => void }) {
  const { t } = useTranslation("exceptions");
  const { data: me } = useQuery(meQuery);
  const { nameOf } = useUnit();
  const own = me?.units.filter(({ permissions }) => permissions.includes("rule:write")).map(({ id }) => id) ?? [];
  const ids = own.includes(unitId) ? own : [unitId, ...own];
  return (
    <NativeSelect
      label={t("column.unit")}
      description={t("dialog.unitHint")}
      value={unitId}
      onChange={(event) => onChange(event.currentTarget.value)}
      data={ids.map((id) => ({ value: id, label: nameOf(id) }))}
    />
  );
}

function UntilField({ until, onChange }: { readonly until: string; readonly onChange: (until: string) => void }) {
  const { t } = useTranslation("exceptions");
  const nowMs = Date.now();
  return (
    <div className={classes.until}>
      <TextInput
        type="date"
        label={t("column.expires")}
        description={t("dialog.expiresHint")}
        required
        withAsterisk={false}
        min={dateIn(0, nowMs)}
        max={dateIn(365, nowMs)}
        value={until}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      {DAYS.map((days) => (
        <Button key={days} size="xs" variant="default" onClick={() => onChange(dateIn(days, nowMs))}>
          {t("dialog.days", { count: days })}
        </Button>
      ))}
    </div>
  );
}
