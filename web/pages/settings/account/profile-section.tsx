import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Me, meQuery, updateMe } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { useRoleName } from "../../../parts/use-role-name.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import classes from "./account.module.css";

export function ProfileSection({ me }: { readonly me: Me }) {
  const { t } = useTranslation(["profile", "shell"]);
  const { nameOf } = useUnit();
  const roleName = useRoleName();
  const queryClient = useQueryClient();
  const [draft, setDraft] = useState({
    name: me.name,
    kana: me.person?.kana ?? "",
    romaji: me.person?.romaji ?? "",
  });
  const change = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () =>
      updateMe({ name: draft.name.trim(), kana: draft.kana.trim() || null, romaji: draft.romaji.trim() || null }),
    onSuccess: (answer) => {
      queryClient.setQueryData(meQuery.queryKey, answer);
      toastDone(t("profile:saved"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Section title={t("profile:profile")}>
      <form onSubmit={submit} className={classes.form}>
        <dl className={classes.facts}>
          <dt>{t("profile:email")}</dt>
          <dd>{me.person?.email}</dd>
          <dt>{t("profile:unit")}</dt>
          <dd>{me.person ? nameOf(me.person.unitId) : ""}</dd>
          <dt>{t("profile:roles")}</dt>
          <dd>
            {me.grants.map(({ role, unitId }) => (
              <span key={`${role} ${unitId}`} className={classes.role}>
                {t("shell:roleAt", { role: roleName(role), unit: nameOf(unitId) })}
              </span>
            ))}
          </dd>
        </dl>
        {save.error ? <ProblemNote error={save.error} /> : null}
        <TextInput
          label={t("profile:name")}
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          maxLength={200}
          autoComplete="name"
        />
        <TextInput
          label={t("profile:kana")}
          value={draft.kana}
          onChange={(event) => change({ kana: event.currentTarget.value })}
          maxLength={200}
          autoComplete="off"
        />
        <TextInput
          label={t("profile:romaji")}
          value={draft.romaji}
          onChange={(event) => change({ romaji: event.currentTarget.value })}
          maxLength={200}
          autoComplete="off"
        />
        <div>
          <Button type="submit" variant="default" loading={save.isPending} disabled={draft.name.trim() === ""}>
            {t("profile:save")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
