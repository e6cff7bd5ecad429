import { ActionIcon, Button, NativeSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { Grant } from "../api/organization.ts";
import { type RoleName, rolesQuery } from "../api/session.ts";
import { currentLanguage } from "../app/i18n.ts";
import { useUnit } from "../app/shell/use-unit.ts";
import { PlusIcon, TrashIcon } from "../ui/icons.ts";
import classes from "./grants-field.module.css";
import { useRoleName } from "./use-role-name.ts";

type GrantsProps = {
  readonly grants: readonly Grant[];
  readonly holder: "person" | "token";
  readonly onChange: (grants: readonly Grant[]) => void;
};

/** Roles, each at one unit and what lies below it. Only what the signed-in person may grant is offered. */
export function GrantsField({ grants, holder, onChange }: GrantsProps) {
  const { t } = useTranslation("organization");
  const { units, nameOf } = useUnit();
  const roleName = useRoleName();
  const { data: roles } = useQuery(rolesQuery);
  const allowed = new Set(roles?.items.filter(({ holders }) => holders.includes(holder)).map(({ role }) => role));
  const grantable = units.filter(({ mayGrant }) => mayGrant.some((role) => allowed.has(role)));
  const rolesAt = (unitId: string): readonly RoleName[] =>
    (units.find(({ id }) => id === unitId)?.mayGrant ?? []).filter((role) => allowed.has(role));
  const replace = (index: number, grant: Grant) => onChange(grants.map((kept, i) => (i === index ? grant : kept)));
  const add = () => {
    const unit = grantable[0];
    const role = unit ? (rolesAt(unit.id).find((name) => name === "analyst") ?? rolesAt(unit.id)[0]) : undefined;
    if (unit && role) onChange([...grants, { role, unitId: unit.id }]);
  };
  return (
    <fieldset className={classes.grants}>
      <legend>{t("people.column.roles")}</legend>
      {grants.map((grant, i) => {
        const isOurs = grantable.some(({ id }) => id === grant.unitId) && rolesAt(grant.unitId).includes(grant.role);
        const purpose = roles?.items.find(({ role }) => role === grant.role)?.purpose[currentLanguage()];
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a grant being edited is its place in the list
          <div key={i} className={classes.grantRow}>
            {isOurs ? (
              <>
                <NativeSelect
                  size="xs"
                  aria-label={t("grants.role")}
                  value={grant.role}
                  onChange={(event) => {
                    const role = rolesAt(grant.unitId).find((name) => name === event.currentTarget.value);
                    if (role) replace(i, { ...grant, role });
                  }}
                  data={rolesAt(grant.unitId).map((value) => ({ value, label: roleName(value) }))}
                />
                <NativeSelect
                  size="xs"
                  aria-label={t("grants.unit")}
                  value={grant.unitId}
                  onChange={(event) => replace(i, { ...grant, unitId: event.currentTarget.value })}
                  data={grantable.map(({ id }) => ({ value: id, label: nameOf(id) }))}
                />
              </>
            ) : (
              <span>
                {roleName(grant.role)} · {nameOf(grant.unitId)}
              </span>
            )}
            <ActionIcon
              aria-label={t("grants.remove", { role: roleName(grant.role), unit: nameOf(grant.unitId) })}
              disabled={!isOurs}
              onClick={() => onChange(grants.filter((_, index) => index !== i))}
            >
              <TrashIcon size={16} />
            </ActionIcon>
            {purpose ? <p className={classes.purpose}>{purpose}</p> : null}
          </div>
        );
      })}
      {grantable.length > 0 ? (
        <Button size="xs" variant="default" leftSection={<PlusIcon size={14} />} onClick={add}>
          {t("grants.add")}
        </Button>
      ) : null}
    </fieldset>
  );
}
