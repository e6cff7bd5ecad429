import { Button, Checkbox, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  LEVELS,
  MUTABLE_KINDS,
  type Preferences,
  preferencesQuery,
  savePreferences,
  sendTestMail,
} from "../../../api/notify.ts";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { TestResult } from "../channels/test-result.tsx";
import classes from "../notify.module.css";
import { ZoneField } from "../zone-field.tsx";

/** How one is told: by mail or not, from which level, when not, and of what not. */
export function PreferencesPage() {
  const { t } = useTranslation("notify");
  const { data, error, refetch } = useQuery(preferencesQuery);
  return (
    <Page title={t("preferences.title")} lead={t("preferences.lead")}>
      {error && !data ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data ? <PreferencesForm stored={data.preferences} email={data.email} hasMail={data.hasMail} /> : null}
    </Page>
  );
}

type FormProps = { readonly stored: Preferences; readonly email: string; readonly hasMail: boolean };

function PreferencesForm({ stored, email, hasMail }: FormProps) {
  const { t } = useTranslation(["notify", "monitor"]);
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState(stored);
  const change = (part: Partial<Preferences>) => setDraft((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () => savePreferences(draft),
    onSuccess: (answer) => {
      queryClient.setQueryData(preferencesQuery.queryKey, answer);
      toastDone(t("notify:saved"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.sheet}>
      {save.error ? <ProblemNote error={save.error} /> : null}
      <Section title={t("notify:preferences.mailTitle")}>
        <p className={classes.hint}>
          {hasMail ? t("notify:preferences.mailTo", { email }) : t("notify:preferences.noMail")}
        </p>
        <Switch
          label={t("notify:preferences.mail")}
          checked={draft.mail}
          onChange={(event) => change({ mail: event.currentTarget.checked })}
        />
        <div className={classes.pair}>
          <NativeSelect
            label={t("notify:preferences.mailFrom")}
            description={t("notify:preferences.mailFromHint")}
            value={draft.mailFrom}
            onChange={({ currentTarget }) => change({ mailFrom: levelOf(currentTarget.value) })}
            data={LEVELS.map((value) => ({ value, label: t(`monitor:severity.${value}`) }))}
          />
          <TextInput
            type="time"
            label={t("notify:preferences.digestAt")}
            description={t("notify:preferences.digestHint")}
            value={draft.digestAt}
            onChange={(event) => change({ digestAt: event.currentTarget.value })}
            required
            withAsterisk={false}
          />
        </div>
        {hasMail ? <TestMail /> : null}
      </Section>
      <Section title={t("notify:preferences.quietTitle")}>
        <p className={classes.hint}>{t("notify:preferences.quietHint")}</p>
        <Switch
          label={t("notify:preferences.quiet")}
          checked={draft.quiet !== null}
          onChange={(event) => change({ quiet: event.currentTarget.checked ? { from: "22:00", to: "07:00" } : null })}
        />
        <div className={classes.pair}>
          {draft.quiet
            ? (["from", "to"] as const).map((end) => (
                <TextInput
                  key={end}
                  type="time"
                  label={t(`notify:preferences.${end}`)}
                  value={draft.quiet?.[end] ?? ""}
                  onChange={(event) =>
                    change({ quiet: { from: "22:00", to: "07:00", ...draft.quiet, [end]: event.currentTarget.value } })
                  }
                  required
                  withAsterisk={false}
                />
              ))
            : null}
          <ZoneField label={t("notify:zone")} value={draft.zone} onChange={(zone) => change({ zone })} />
        </div>
      </Section>
      <Section title={t("notify:preferences.muteTitle")}>
        <p className={classes.hint}>{t("notify:preferences.muteHint")}</p>
        <fieldset className={classes.checks}>
          <legend className={classes.hidden}>{t("notify:preferences.muteTitle")}</legend>
          {MUTABLE_KINDS.map((kind) => (
            <Checkbox
              key={kind}
              label={t(`notify:kind.${kind}`)}
              checked={draft.muted.includes(kind)}
              onChange={(event) =>
                change({
                  muted: event.currentTarget.checked
                    ? [...draft.muted, kind]
                    : draft.muted.filter((one) => one !== kind),
                })
              }
            />
          ))}
        </fieldset>
      </Section>
      <div>
        <Button type="submit" loading={save.isPending}>
          {t("notify:save")}
        </Button>
      </div>
    </form>
  );
}

const levelOf = (text: string): Preferences["mailFrom"] => LEVELS.find((level) => level === text) ?? "medium";

function TestMail() {
  const { t } = useTranslation("notify");
  const test = useMutation({ mutationFn: sendTestMail });
  return (
    <div className={classes.row}>
      <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
        {t("test.send")}
      </Button>
      {test.error ? <ProblemNote error={test.error} /> : null}
      {test.data ? <TestResult answer={test.data} /> : null}
    </div>
  );
}
