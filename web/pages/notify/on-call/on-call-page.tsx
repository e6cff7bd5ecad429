import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type Policy, policiesQuery, type Rota, rotasQuery } from "../../../api/on-call.ts";
import { meQuery } from "../../../api/session.ts";
import { Empty } from "../../../ui/empty.tsx";
import { PlusIcon } from "../../../ui/icons.ts";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "../notify.module.css";
import { Calls } from "./calls.tsx";
import { PolicyCard } from "./policy-card.tsx";
import { PolicyDialog } from "./policy-dialog.tsx";
import { RotaCard } from "./rota-card.tsx";
import { RotaDialog } from "./rota-dialog.tsx";

type Editing = { readonly rota: Rota | "new" } | { readonly policy: Policy | "new" } | undefined;

/** Calls that wait for an answer, who is on call, and what happens when nobody answers. */
export function OnCallPage() {
  const { t } = useTranslation("notify");
  const { data: me } = useQuery(meQuery);
  const mayRead = me?.permissions.includes("incident:read") === true;
  const mayWrite = me?.permissions.includes("notify:write") === true;
  const rotas = useQuery({ ...rotasQuery, enabled: mayRead });
  const policies = useQuery({ ...policiesQuery, enabled: mayRead });
  const [editing, setEditing] = useState<Editing>();
  const close = () => setEditing(undefined);
  return (
    <Page title={t("onCall.title")} lead={t("onCall.lead")}>
      <Calls />
      {mayRead ? (
        <>
          <Section
            title={t("rota.title")}
            aside={mayWrite ? <Add label={t("rota.add")} onAdd={() => setEditing({ rota: "new" })} /> : null}
          >
            {rotas.error && !rotas.data ? <ProblemNote error={rotas.error} /> : null}
            {!rotas.data && !rotas.error ? <RowsSkeleton rows={4} /> : null}
            {rotas.data?.items.length === 0 ? <Empty title={t("rota.empty")}>{t("rota.emptyHint")}</Empty> : null}
            <ul className={classes.cards}>
              {rotas.data?.items.map((rota) => (
                <li key={rota.id}>
                  <RotaCard rota={rota} onEdit={() => setEditing({ rota })} />
                </li>
              ))}
            </ul>
          </Section>
          <Section
            title={t("policy.title")}
            aside={mayWrite ? <Add label={t("policy.add")} onAdd={() => setEditing({ policy: "new" })} /> : null}
          >
            {policies.error && !policies.data ? <ProblemNote error={policies.error} /> : null}
            {policies.data?.items.length === 0 ? (
              <Empty title={t("policy.empty")}>{t("policy.emptyHint")}</Empty>
            ) : null}
            <ul className={classes.cards}>
              {policies.data?.items.map((policy) => (
                <li key={policy.id}>
                  <PolicyCard policy={policy} onEdit={() => setEditing({ policy })} />
                </li>
              ))}
            </ul>
          </Section>
        </>
      ) : null}
      {editing && "rota" in editing ? (
        <RotaDialog rota={editing.rota === "new" ? undefined : editing.rota} onClose={close} />
      ) : null}
      {editing && "policy" in editing ? (
        <PolicyDialog policy={editing.policy === "new" ? undefined : editing.policy} onClose={close} />
      ) : null}
    </Page>
  );
}

function Add({ label, onAdd }: { readonly label: string; readonly onAdd: () => void }) {
  return (
    <Button size="xs" leftSection={<PlusIcon size={14} />} onClick={onAdd}>
      {label}
    </Button>
  );
}
