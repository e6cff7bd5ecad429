import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  deactivatePerson,
  type Grant,
  type Invitation,
  invitePerson,
  type Person,
  personQuery,
  reactivatePerson,
  resetTwoFactor,
  setGrants,
  updatePerson,
} from "../../../api/organization.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { GrantsField } from "../../../parts/grants-field.tsx";
import { useRoleName } from "../../../parts/use-role-name.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { SidePanel } from "../../../ui/side-panel.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { InvitationLink } from "./invitation-link.tsx";
import classes from "./people.module.css";

export function PersonPanel({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { t } = useTranslation("organization");
  const { data: person, error, refetch } = useQuery(personQuery(id));
  return (
    <SidePanel label={t("people.panel")} title={person?.name ?? t("people.panel")} subject={id} onClose={onClose}>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!person && !error ? <RowsSkeleton rows={10} /> : null}
      {person ? <PersonBody person={person} /> : null}
    </SidePanel>
  );
}

function PersonBody({ person }: { readonly person: Person }) {
  const { t } = useTranslation("organization");
  const { data: me } = useQuery(meQuery);
  const { nameOf } = useUnit();
  const roleName = useRoleName();
  const canWrite = me?.units.find(({ id }) => id === person.unitId)?.permissions.includes("person:write") === true;
  return (
    <div className={classes.form}>
      <dl className={classes.facts}>
        <dt>{t("people.email")}</dt>
        <dd>{person.email}</dd>
        <dt>{t("people.column.account")}</dt>
        <dd>{person.isActive ? t(`people.account.${person.account}`) : t("people.inactive")}</dd>
        <dt>{t("people.twoFactor")}</dt>
        <dd>{t(person.hasTwoFactor ? "people.on" : "people.off")}</dd>
        <dt>{t("people.column.lastSignIn")}</dt>
        <dd>
          <Instant at={person.lastSignInAt} />
        </dd>
      </dl>
      {canWrite ? (
        <>
          <AccountActions person={person} isSelf={person.id === me?.id} />
          <ProfileForm key={`profile-${person.name}-${person.email}-${person.unitId}`} person={person} />
          <GrantsForm key={person.grants.map(({ role, unitId }) => `${role}@${unitId}`).join()} person={person} />
        </>
      ) : (
        <ul className={classes.plain}>
          {person.grants.map(({ role, unitId }) => (
            <li key={`${role} ${unitId}`}>
              {roleName(role)} · {nameOf(unitId)}
            </li>
          ))}
        </ul>
      )}
      {me?.permissions.includes("audit:read") ? (
        <Link to="/audit" search={{ actorId: person.id }}>
          {t("people.audit")}
        </Link>
      ) : null}
    </div>
  );
}

/** Writes the answer of a change where lists and panels read it. */
function useKeepPerson(): (person: Person) => void {
  const queryClient = useQueryClient();
  return (person) => {
    queryClient.setQueryData(personQuery(person.id).queryKey, person);
    void queryClient.invalidateQueries({ queryKey: ["people", "list"] });
  };
}

function AccountActions({ person, isSelf }: { readonly person: Person; readonly isSelf: boolean }) {
  const { t } = useTranslation(["organization", "shell"]);
  const keep = useKeepPerson();
  const [invitation, setInvitation] = useState<Invitation>();
  const invite = useMutation({ mutationFn: () => invitePerson(person.id), onSuccess: setInvitation });
  const reactivate = useMutation({ mutationFn: () => reactivatePerson(person.id), onSuccess: keep });
  const deactivate = useMutation({
    mutationFn: () => deactivatePerson(person.id),
    onSuccess: (changed) => {
      keep(changed);
      toastDone(t("organization:people.deactivated", { name: person.name }), {
        label: t("shell:action.undo"),
        act: () => reactivate.mutate(),
      });
    },
  });
  const reset = useMutation({
    mutationFn: () => resetTwoFactor(person.id),
    onSuccess: (changed) => {
      keep(changed);
      toastDone(t("organization:people.twoFactorReset"));
    },
  });
  const askReset = async () => {
    const answer = await confirm({
      title: t("organization:people.resetTwoFactor"),
      body: t("organization:people.resetTwoFactorBody", { name: person.name }),
      action: t("organization:people.resetTwoFactor"),
    });
    if (answer !== undefined) reset.mutate();
  };
  const error = invite.error ?? reactivate.error ?? deactivate.error ?? reset.error;
  return (
    <>
      <div className={classes.actions}>
        {person.isActive ? (
          <>
            <Button size="xs" variant="default" loading={invite.isPending} onClick={() => invite.mutate()}>
              {t(person.account === "ready" ? "organization:people.newPassword" : "organization:people.newInvitation")}
            </Button>
            {person.hasTwoFactor ? (
              <Button size="xs" variant="default" loading={reset.isPending} onClick={() => void askReset()}>
                {t("organization:people.resetTwoFactor")}
              </Button>
            ) : null}
            {isSelf ? null : (
              <Button
                size="xs"
                variant="subtle"
                color="shu"
                loading={deactivate.isPending}
                onClick={() => deactivate.mutate()}
              >
                {t("organization:people.deactivate")}
              </Button>
            )}
          </>
        ) : (
          <Button size="xs" variant="default" loading={reactivate.isPending} onClick={() => reactivate.mutate()}>
            {t("organization:people.reactivate")}
          </Button>
        )}
      </div>
      {error ? <ProblemNote error={error} /> : null}
      {invitation ? <InvitationLink name={person.name} email={person.email} invitation={invitation} /> : null}
    </>
  );
}

function ProfileForm({ person }: { readonly person: Person }) {
  const { t } = useTranslation("organization");
  const { units, nameOf } = useUnit();
  const keep = useKeepPerson();
  const [draft, setDraft] = useState({
    name: person.name,
    kana: person.kana ?? "",
    romaji: person.romaji ?? "",
    email: person.email,
    unitId: person.unitId,
  });
  const change = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () =>
      updatePerson(person.id, {
        name: draft.name.trim(),
        kana: draft.kana.trim() || null,
        romaji: draft.romaji.trim() || null,
        email: draft.email.trim().toLowerCase(),
        unitId: draft.unitId,
      }),
    onSuccess: (changed) => {
      keep(changed);
      toastDone(t("saved"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <h2 className={classes.subtitle}>{t("people.profile")}</h2>
      {save.error ? <ProblemNote error={save.error} /> : null}
      <TextInput
        label={t("people.name")}
        value={draft.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
        maxLength={200}
      />
      <div className={classes.pair}>
        <TextInput
          label={t("people.kana")}
          value={draft.kana}
          onChange={(event) => change({ kana: event.currentTarget.value })}
          maxLength={200}
        />
        <TextInput
          label={t("people.romaji")}
          value={draft.romaji}
          onChange={(event) => change({ romaji: event.currentTarget.value })}
          maxLength={200}
        />
      </div>
      <TextInput
        label={t("people.email")}
        type="email"
        value={draft.email}
        onChange={(event) => change({ email: event.currentTarget.value })}
        maxLength={254}
      />
      <NativeSelect
        label={t("people.column.unit")}
        value={draft.unitId}
        onChange={(event) => change({ unitId: event.currentTarget.value })}
        data={units.map(({ id }) => ({ value: id, label: nameOf(id) }))}
      />
      <Button type="submit" variant="default" loading={save.isPending} disabled={draft.name.trim() === ""}>
        {t("save")}
      </Button>
    </form>
  );
}

function GrantsForm({ person }: { readonly person: Person }) {
  const { t } = useTranslation(["organization", "shell"]);
  const [grants, change] = useState<readonly Grant[]>(person.grants);
  const keep = useKeepPerson();
  const save = useMutation({
    mutationFn: (wanted: readonly Grant[]) => setGrants(person.id, [...wanted]),
    onSuccess: (changed) => {
      const former = person.grants;
      keep(changed);
      toastDone(t("organization:people.rolesSaved"), {
        label: t("shell:action.undo"),
        act: () => void setGrants(person.id, former).then(keep),
      });
    },
  });
  const isChanged = JSON.stringify(grants) !== JSON.stringify(person.grants);
  return (
    <div className={classes.form}>
      {save.error ? <ProblemNote error={save.error} /> : null}
      <GrantsField grants={grants} holder="person" onChange={change} />
      {isChanged ? (
        <Button loading={save.isPending} onClick={() => save.mutate(grants)}>
          {t("organization:people.saveRoles")}
        </Button>
      ) : null}
    </div>
  );
}
