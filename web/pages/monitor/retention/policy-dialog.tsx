import { Button, Checkbox, Group, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  type Policy,
  type PolicyDraft,
  previewPolicy,
  type RetentionPreview,
  type ScopeKind,
  savePolicy,
} from "../../../api/retention.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { formatBytes, formatCount } from "../../../ui/figures.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./retention.module.css";

export type PolicyTarget = {
  readonly kind: ScopeKind;
  readonly id: string;
  readonly name: string;
  /** Of a source: for whose events it is said. */
  readonly unitId?: string;
  readonly own: Policy | null;
};
type Form = {
  readonly keep: PolicyDraft["keep"];
  readonly days: string;
  readonly isHeld: boolean;
  readonly reason: string;
};

const MAX_DAYS = 36_500;

const formOf = (own: Policy | null): Form => ({
  keep: own?.keep ?? "inherit",
  days: String(own?.days ?? 90),
  isHeld: Boolean(own?.holdReason),
  reason: own?.holdReason ?? "",
});
const draftOf = ({ keep, days, isHeld, reason }: Form): PolicyDraft => ({
  keep,
  days: keep === "days" ? Number(days) : null,
  holdReason: isHeld ? reason.trim() : "",
});
const unitOf = ({ unitId }: PolicyTarget): Pick<PolicyDraft, "unitId"> => (unitId === undefined ? {} : { unitId });
const isComplete = ({ keep, days, isHeld, reason }: Form): boolean =>
  (keep !== "days" || (/^\d+$/.test(days) && Number(days) >= 1 && Number(days) <= MAX_DAYS)) &&
  (!isHeld || reason.trim() !== "");

/** Nothing is saved before it was said what that deletes, in full: while days are still measured, the button asks again. */
export function PolicyDialog({ target, onClose }: { readonly target: PolicyTarget; readonly onClose: () => void }) {
  const { t } = useTranslation(["retention", "shell"]);
  const [form, setForm] = useState(formOf(target.own));
  const queryClient = useQueryClient();
  const preview = useMutation({ mutationFn: () => previewPolicy(target, { ...draftOf(form), ...unitOf(target) }) });
  const saving = useMutation({
    mutationFn: () => savePolicy(target, { ...draftOf(form), ...unitOf(target), version: target.own?.version ?? 0 }),
    onSuccess: async ({ underWay }) => {
      await queryClient.invalidateQueries({ queryKey: ["retention"] });
      toastDone(
        underWay > 0 ? t("retention:savedLate", { count: underWay }) : t("retention:saved", { name: target.name }),
      );
      onClose();
    },
  });
  const change = (parts: Partial<Form>) => {
    setForm((now) => ({ ...now, ...parts }));
    preview.reset();
  };
  const said = preview.data;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isComplete(form)) return;
    if (said?.isComplete) saving.mutate();
    else preview.mutate();
  };
  const error = saving.error ?? preview.error;
  return (
    <Dialog title={t("retention:dialog.title", { name: target.name })} onClose={onClose} size={560}>
      <form onSubmit={submit} className={classes.form}>
        <Segments
          aria-label={t("retention:dialog.keep")}
          value={form.keep}
          onChange={(keep) => change({ keep })}
          data={(["inherit", "days", "forever"] as const).map((value) => ({
            value,
            label: t(`retention:keep.${value}`),
          }))}
        />
        {form.keep === "days" ? (
          <TextInput
            type="number"
            min={1}
            max={MAX_DAYS}
            label={t("retention:dialog.days")}
            description={t("retention:dialog.daysHint")}
            value={form.days}
            onChange={(event) => change({ days: event.currentTarget.value })}
          />
        ) : null}
        <Checkbox
          label={t("retention:hold.set")}
          description={t("retention:hold.hint")}
          checked={form.isHeld}
          onChange={(event) => change({ isHeld: event.currentTarget.checked })}
        />
        {form.isHeld ? (
          <Textarea
            label={t("retention:hold.reason")}
            required
            withAsterisk={false}
            maxLength={500}
            autosize
            minRows={2}
            value={form.reason}
            onChange={(event) => change({ reason: event.currentTarget.value })}
          />
        ) : null}
        {said ? <Preview preview={said} /> : null}
        {error ? <ProblemNote error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t("shell:action.cancel")}
          </Button>
          <Button
            type="submit"
            disabled={!isComplete(form)}
            loading={preview.isPending || saving.isPending}
            {...(said?.isComplete && said.events > 0 ? { color: "shu" } : {})}
          >
            {said?.isComplete
              ? t(said.events > 0 ? "retention:dialog.saveAndDelete" : "retention:dialog.save")
              : t("retention:dialog.preview")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}

function Preview({ preview }: { readonly preview: RetentionPreview }) {
  const { t } = useTranslation("retention");
  if (preview.events === 0)
    return (
      <p className={classes.note} role="status">
        {t(preview.isComplete ? "preview.nothing" : "preview.measuring")}
      </p>
    );
  return (
    <div className={classes.warning} role="status">
      <p>
        <strong>
          {t("preview.deletes", {
            count: preview.events,
            text: formatCount(preview.events),
            size: formatBytes(preview.diskBytes),
          })}
        </strong>{" "}
        {t("preview.olderThan")} <Instant at={preview.olderThan} />
      </p>
      <ul className={classes.plain}>
        {preview.sources.map(({ id, name, events }) => (
          <li key={id}>
            {name}: {formatCount(events)}
          </li>
        ))}
      </ul>
      {preview.isComplete ? null : <p>{t("preview.measuring")}</p>}
    </div>
  );
}
