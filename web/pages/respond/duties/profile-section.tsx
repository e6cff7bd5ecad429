import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Profile, type ProfileContent, STANDING, saveDutyProfile } from "../../../api/duties.ts";
import { type UnitChoice, useUnit } from "../../../app/shell/use-unit.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { DaysField } from "./days-field.tsx";
import classes from "./duties.module.css";
import { Collision } from "./theirs.tsx";

const MAX_SHOWN = 50;
const NOTHING: ProfileContent["standing"]["ja"] = {
  organization: "",
  representative: "",
  address: "",
  contactPerson: "",
  phone: "",
  email: "",
  number: "",
};
const EMPTY: ProfileContent = { standing: { ja: NOTHING, en: NOTHING }, daysOff: [] };

/** Answers that every report asks for, and days off for contracts, unit by unit. */
export function ProfileSection({ profiles }: { readonly profiles: readonly Profile[] }) {
  const { t } = useTranslation("duties");
  const { unit, units, nameOf } = useUnit();
  const [editing, setEditing] = useState<string>();
  const shown = units.filter(({ id }) => unit === "" || id === unit).slice(0, MAX_SHOWN);
  return (
    <Section title={t("profile.title")}>
      <p className={classes.small}>{t("profile.hint")}</p>
      <ul className={classes.plain}>
        {shown.map(({ id, permissions }) => {
          const profile = profiles.find((one) => one.unitId === id);
          return (
            <li key={id} className={classes.row}>
              <span>{nameOf(id)}</span>
              <span className={classes.small}>
                {profile
                  ? t("profile.set", {
                      by: profile.setBy,
                      count: profile.content.daysOff.length,
                      text: formatCount(profile.content.daysOff.length),
                    })
                  : t("profile.none")}
              </span>
              {permissions.includes("incident:write") ? (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={t("register.editOne", { name: nameOf(id) })}
                  onClick={() => setEditing(id)}
                >
                  {t("register.edit")}
                </Button>
              ) : null}
            </li>
          );
        })}
      </ul>
      {units.length > shown.length && unit === "" ? <p className={classes.small}>{t("profile.more")}</p> : null}
      {editing ? (
        <ProfileDialog
          unitId={editing}
          profile={profiles.find((one) => one.unitId === editing)}
          nameOf={nameOf}
          onClose={() => setEditing(undefined)}
        />
      ) : null}
    </Section>
  );
}

type DialogProps = {
  readonly unitId: string;
  readonly profile: Profile | undefined;
  readonly nameOf: UnitChoice["nameOf"];
  readonly onClose: () => void;
};

function ProfileDialog({ unitId, profile, nameOf, onClose }: DialogProps) {
  const { t } = useTranslation("duties");
  const queryClient = useQueryClient();
  const [seen] = useState(profile?.version ?? 0);
  const [content, setContent] = useState<ProfileContent>(profile?.content ?? EMPTY);
  const save = useMutation({
    mutationFn: (version: number) => saveDutyProfile(unitId, { version, content }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["duties"] });
      toastDone(t("saved"));
    },
    onError: () => void queryClient.invalidateQueries({ queryKey: ["duties", "register"] }),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(save.error ? (profile?.version ?? 0) : seen);
  };
  const answer = (language: "ja" | "en", key: (typeof STANDING)[number], text: string) =>
    setContent((now) => ({
      ...now,
      standing: { ...now.standing, [language]: { ...now.standing[language], [key]: text } },
    }));
  return (
    <Dialog title={t("profile.editOne", { unit: nameOf(unitId) })} onClose={onClose} size={720}>
      <form onSubmit={submit} className={classes.form}>
        <Collision error={save.error} />
        {STANDING.map((key, at) => (
          <div key={key} className={classes.pair}>
            {(["ja", "en"] as const).map((language) => (
              <TextInput
                key={language}
                label={t(`profile.${language}`, { what: t(`standing.${key}`) })}
                maxLength={300}
                value={content.standing[language][key]}
                onChange={(event) => answer(language, key, event.currentTarget.value)}
                data-autofocus={at === 0 && language === "ja" ? true : undefined}
              />
            ))}
          </div>
        ))}
        <DaysField
          label={t("profile.daysOff")}
          days={content.daysOff}
          onChange={(daysOff) => setContent((now) => ({ ...now, daysOff }))}
        />
        <Button type="submit" loading={save.isPending}>
          {t("register.save")}
        </Button>
      </form>
    </Dialog>
  );
}
