import { Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Target } from "../../../api/notify.ts";
import { rolesQuery } from "../../../api/session.ts";
import { useRoleName } from "../../../parts/use-role-name.ts";
import { type Chosen, PersonField } from "../../respond/casework/person-field.tsx";
import classes from "../notify.module.css";
import { useOffered, useTargetName } from "./use-target-name.ts";

const KINDS = ["role", "owner", "person", "channel", "rota", "policy"] as const;
type Kind = (typeof KINDS)[number];

type TargetsProps = {
  readonly legend: string;
  readonly targets: readonly Target[];
  readonly onChange: (targets: Target[]) => void;
  /** A step of a policy calls no other policy. */
  readonly isStep?: boolean;
};

/** Whom to tell: a list, and a way to add one more. */
export function TargetsField({ legend, targets, onChange, isStep = false }: TargetsProps) {
  const { t } = useTranslation("notify");
  const targetName = useTargetName();
  return (
    <fieldset className={classes.fieldset}>
      <legend>{legend}</legend>
      {targets.map((target, at) => (
        <div key={JSON.stringify(target)} className={classes.row}>
          <span>{targetName(target)}</span>
          <Button
            size="compact-xs"
            variant="subtle"
            color="shu"
            aria-label={t("target.remove", { name: targetName(target) })}
            onClick={() => onChange(targets.filter((_, i) => i !== at))}
          >
            {t("remove")}
          </Button>
        </div>
      ))}
      <AddTarget
        kinds={KINDS.filter((kind) => !(isStep && kind === "policy"))}
        onAdd={(target) =>
          onChange([...targets.filter((one) => JSON.stringify(one) !== JSON.stringify(target)), target])
        }
      />
    </fieldset>
  );
}

type AddProps = { readonly kinds: readonly Kind[]; readonly onAdd: (target: Target) => void };

function AddTarget({ kinds, onAdd }: AddProps) {
  const { t } = useTranslation("notify");
  const [kind, setKind] = useState<Kind>("role");
  const [id, setId] = useState("");
  const [person, setPerson] = useState<Chosen>(null);
  const roleName = useRoleName();
  const { data: roles } = useQuery(rolesQuery);
  const { channels, rotas, policies } = useOffered();
  const options = {
    role: (roles?.items ?? [])
      .filter(({ holders }) => holders.includes("person"))
      .map(({ role }) => ({ id: role, name: roleName(role) })),
    channel: channels,
    rota: rotas,
    policy: policies,
    owner: [],
    person: [],
  }[kind];
  const chosen = options.find((one) => one.id === id) ?? options[0];
  const target = targetOf(kind, chosen?.id, person);
  return (
    <div className={classes.pair}>
      <NativeSelect
        label={t("target.kind")}
        value={kind}
        onChange={({ currentTarget }) => setKind(kinds.find((one) => one === currentTarget.value) ?? "role")}
        data={kinds.map((value) => ({ value, label: t(`target.${value}`) }))}
      />
      {options.length > 0 ? (
        <NativeSelect
          label={t(`target.${kind}`)}
          value={chosen?.id ?? ""}
          onChange={(event) => setId(event.currentTarget.value)}
          data={options.map((one) => ({ value: one.id, label: one.name }))}
        />
      ) : null}
      {kind === "person" ? <PersonField label={t("target.person")} value={person} onChange={setPerson} /> : null}
      <Button variant="default" disabled={target === undefined} onClick={() => target && onAdd(target)}>
        {t("target.add")}
      </Button>
    </div>
  );
}

/** undefined while what it needs is not chosen. */
function targetOf(kind: Kind, id: string | undefined, person: Chosen): Target | undefined {
  if (kind === "owner") return { kind };
  if (kind === "person") return person ? { kind, personId: person.id, name: person.name } : undefined;
  if (id === undefined) return undefined;
  if (kind === "channel") return { kind, channelId: id };
  if (kind === "rota") return { kind, rotaId: id };
  return kind === "policy" ? { kind, policyId: id } : { kind, role: id as Extract<Target, { kind: "role" }>["role"] };
}
