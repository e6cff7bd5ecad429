import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { peopleQuery } from "../../../api/organization.ts";
import { meQuery, rolesQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { mayWork } from "../../../parts/may-work.ts";
import { ChevronDownIcon, UserCheckIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";

type AssignProps = {
  readonly label?: string;
  /** Where they are to work on alerts: those who may not are not offered. Without it everybody is. */
  readonly unitIds?: readonly string[];
  readonly onOpen?: () => void;
  readonly onAssign: (personId: string | null, name: string) => void;
};

export function AssignMenu({ label, unitIds = [], onOpen, onAssign }: AssignProps) {
  const { t } = useTranslation("alerts");
  const { data: me } = useQuery(meQuery);
  const [wanted, setWanted] = useState("");
  const [isOpen, setOpen] = useState(false);
  const maySee = me?.permissions.includes("person:read") === true;
  const { data: people } = useQuery({ ...peopleQuery({ q: wanted, limit: 50 }), enabled: isOpen && maySee });
  const { data: roles } = useQuery({ ...rolesQuery, enabled: isOpen && maySee });
  const { units } = useUnit();
  const others = people?.items.filter(({ id }) => id !== me?.id) ?? [];
  const able = others.filter(
    ({ grants }) =>
      !roles ||
      unitIds.every((unitId) => mayWork(grants, unitId, { roles: roles.items, units, permission: "alert:write" })),
  );
  return (
    <LateMenu
      position="bottom-start"
      width={260}
      onChange={(next) => {
        setOpen(next);
        if (next) onOpen?.();
      }}
      dropdown={{ mah: 320, style: { overflow: "auto" } }}
      button={
        <Button
          size="xs"
          variant="default"
          leftSection={<UserCheckIcon size={14} />}
          rightSection={<ChevronDownIcon size={13} />}
        >
          {label ?? t("assign.title")}
        </Button>
      }
    >
      {(Menu) => (
        <>
          <Menu.Item onClick={() => onAssign("me", me?.name ?? "")}>{t("assign.me")}</Menu.Item>
          <Menu.Item onClick={() => onAssign(null, "")}>{t("assign.nobody")}</Menu.Item>
          {maySee ? (
            <>
              <Menu.Divider />
              <TextInput
                size="xs"
                m={4}
                aria-label={t("assign.find")}
                placeholder={t("assign.find")}
                value={wanted}
                onChange={(event) => setWanted(event.currentTarget.value)}
              />
              {able.map(({ id, name }) => (
                <Menu.Item key={id} onClick={() => onAssign(id, name)}>
                  {name}
                </Menu.Item>
              ))}
              {able.length < others.length ? <Menu.Label>{t("assign.outside")}</Menu.Label> : null}
            </>
          ) : null}
        </>
      )}
    </LateMenu>
  );
}
