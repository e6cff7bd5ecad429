import { Button, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { peopleQuery } from "../../../api/organization.ts";
import { meQuery } from "../../../api/session.ts";
import { ChevronDownIcon, UserCheckIcon } from "../../../ui/icons.ts";
import { LateMenu } from "../../../ui/late-menu.tsx";

type AssignProps = {
  readonly label?: string;
  readonly onAssign: (personId: string | null, name: string) => void;
};

export function AssignMenu({ label, onAssign }: AssignProps) {
  const { t } = useTranslation("alerts");
  const { data: me } = useQuery(meQuery);
  const [wanted, setWanted] = useState("");
  const [isOpen, setOpen] = useState(false);
  const maySee = me?.permissions.includes("person:read") === true;
  const { data: people } = useQuery({ ...peopleQuery({ q: wanted, limit: 20 }), enabled: isOpen && maySee });
  return (
    <LateMenu
      position="bottom-start"
      width={260}
      onChange={setOpen}
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
              {people?.items
                .filter(({ id }) => id !== me?.id)
                .map(({ id, name }) => (
                  <Menu.Item key={id} onClick={() => onAssign(id, name)}>
                    {name}
                  </Menu.Item>
                ))}
            </>
          ) : null}
        </>
      )}
    </LateMenu>
  );
}
