import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { createPerson, type Grant, type Invitation, invitePerson, type Person } from "../../../api/organization.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { GrantsField } from "../../../parts/grants-field.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { SidePanel } from "../../../ui/side-panel.tsx";
import { InvitationLink } from "./invitation-link.tsx";
import classes from "./people.module.css";

/** A new person: who, where, which roles; then the link that lets them choose a password. */
export function InvitePanel({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation("organization");
  const [done, setDone] = useState<{ person: Person; invitation: Invitation }>();
  return (
    <SidePanel label={t("people.invite")} title={t("people.invite")} subject={done ? "done" : "new"} onClose={onClose}>
      {done ? (
        <InvitationLink name={done.person.name} email={done.person.email} invitation={done.invitation} />
      ) : (
        <InviteForm onDone={(person, invitation) => setDone({ person, invitation })} />
      )}
    </SidePanel>
  );
}

function InviteForm({ onDone }: { readonly onDone: (person: Person, invitation: Invitation) => void }) {
  const { t } = useTranslation("organization");
  const { unit, units, nameOf } = useUnit();
  const writable = units.filter(({ permissions }) => permissions.includes("person:write"));
  const [draft, setDraft] = useState({
    name: "",
    kana: "",
    romaji: "",
    email: "",
    unitId: writable.find(({ id }) => id === unit)?.id ?? writable[0]?.id ?? "",
    locale: "ja",
  });
  const [grants, setGrants] = useState<readonly Grant[]>([]);
  const queryClient = useQueryClient();
  const change = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const invite = useMutation({
    mutationFn: async () => {
      const person = await createPerson({
        name: draft.name.trim(),
        kana: draft.kana.trim() || null,
        romaji: draft.romaji.trim() || null,
        email: draft.email.normalize("NFKC").trim().toLowerCase(),
        unitId: draft.unitId,
        locale: draft.locale === "en" ? "en" : "ja",
        grants: [...grants],
      });
      return { person, invitation: await invitePerson(person.id) };
    },
    onSuccess: ({ person, invitation }) => {
      void queryClient.invalidateQueries({ queryKey: ["people"] });
      onDone(person, invitation);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    invite.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      {invite.error ? <ProblemNote error={invite.error} /> : null}
      <TextInput
        label={t("people.name")}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        required
        withAsterisk={false}
        maxLength={200}
        autoComplete="off"
      />
      <div className={classes.pair}>
        <TextInput
          label={t("people.kana")}
          value={draft.kana}
          onChange={(event) => change({ kana: event.currentTarget.value })}
          maxLength={200}
          autoComplete="off"
        />
        <TextInput
          label={t("people.romaji")}
          value={draft.romaji}
          onChange={(event) => change({ romaji: event.currentTarget.value })}
          maxLength={200}
          autoComplete="off"
        />
      </div>
      <TextInput
        label={t("people.email")}
        type="email"
        value={draft.email}
        onChange={(event) => change({ email: event.currentTarget.value })}
        required
        withAsterisk={false}
        maxLength={254}
        autoComplete="off"
      />
      <div className={classes.pair}>
        <NativeSelect
          label={t("people.column.unit")}
          value={draft.unitId}
          onChange={(event) => change({ unitId: event.currentTarget.value })}
          data={writable.map(({ id }) => ({ value: id, label: nameOf(id) }))}
        />
        <NativeSelect
          label={t("people.locale")}
          value={draft.locale}
          onChange={(event) => change({ locale: event.currentTarget.value })}
          data={[
            { value: "ja", label: "日本語" },
            { value: "en", label: "English" },
          ]}
        />
      </div>
      <GrantsField grants={grants} holder="person" onChange={setGrants} />
      <Button type="submit" loading={invite.isPending} disabled={draft.name.trim() === "" || draft.email.trim() === ""}>
        {t("people.create")}
      </Button>
    </form>
  );
}
