import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { peopleQuery } from "../../../api/organization.ts";
import { meQuery, rolesQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { mayWork } from "../../../parts/may-work.ts";
import classes from "./casework.module.css";

export type Chosen = { readonly id: string; readonly name: string } | null;

type PersonProps = {
  readonly label: string;
  readonly value: Chosen;
  readonly onChange: (person: Chosen) => void;
  /** Another person than oneself, and somebody at all: for handing over. */
  readonly isOther?: boolean;
  /** Where they are to work on incidents: those who may not are not offered. Without it everybody is. */
  readonly unitId?: string;
};

/** One of the people that one may see. Who is chosen stays chosen, whatever is looked for. */
export function PersonField({ label, value, onChange, isOther = false, unitId }: PersonProps) {
  const { t } = useTranslation("casework");
  const { data: me } = useQuery(meQuery);
  const [wanted, setWanted] = useState("");
  const maySee = me?.permissions.includes("person:read") === true;
  const { data } = useQuery({ ...peopleQuery({ q: wanted, limit: 50 }), enabled: maySee });
  const { data: roles } = useQuery({ ...rolesQuery, enabled: maySee });
  const { units } = useUnit();
  const able =
    data?.items.filter(
      ({ grants }) =>
        unitId === undefined || roles === undefined || mayWork(grants, unitId, { roles: roles.items, units }),
    ) ?? [];
  const found = [
    ...(value ? [value] : []),
    ...(me && !isOther ? [{ id: me.id, name: me.name }] : []),
    ...able.map(({ id, name }) => ({ id, name })),
  ].filter(({ id }, i, all) => all.findIndex((each) => each.id === id) === i && !(isOther && id === me?.id));
  return (
    <div className={classes.person}>
      <NativeSelect
        label={label}
        value={value?.id ?? ""}
        onChange={({ currentTarget }) => onChange(found.find(({ id }) => id === currentTarget.value) ?? null)}
        data={[
          { value: "", label: t(isOther ? "person.choose" : "person.nobody") },
          ...found.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      {data && able.length < data.items.length ? <p className={classes.small}>{t("person.outside")}</p> : null}
      {maySee && (wanted !== "" || data?.nextCursor !== undefined) ? (
        <TextInput
          size="xs"
          aria-label={t("person.find")}
          placeholder={t("person.find")}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      ) : null}
    </div>
  );
}
