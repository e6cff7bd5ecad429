import { VisuallyHidden } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { VisibleUnit } from "../../api/session.ts";
import { ChevronDownIcon, SitemapIcon } from "../../ui/icons.ts";
import { LateMenu } from "../../ui/late-menu.tsx";
import classes from "./frame.module.css";
import { useUnit } from "./use-unit.ts";

/** Narrows every page to one unit of the group and all below it. */
export function UnitSwitcher({ units }: { readonly units: readonly VisibleUnit[] }) {
  const { t } = useTranslation("shell");
  const { unit, nameOf } = useUnit();
  const navigate = useNavigate();
  const [wanted, setWanted] = useState("");
  if (units.length < 2) return null;
  const choose = (id: string) => void navigate({ to: ".", search: (now) => ({ ...now, unit: id || undefined }) });
  const depths = depthsOf(units);
  const words = wanted.normalize("NFKC").toLowerCase();
  const shown = units.filter(
    ({ name }) => words === "" || `${name.ja} ${name.en}`.normalize("NFKC").toLowerCase().includes(words),
  );
  return (
    <LateMenu
      position="bottom-start"
      width={300}
      onClose={() => setWanted("")}
      dropdown={{ mah: "60vh", style: { overflow: "auto" } }}
      button={
        <button type="button" className={classes.headButton}>
          <SitemapIcon size={16} stroke={1.7} aria-hidden />
          <VisuallyHidden>{t("unit.switch")}</VisuallyHidden>
          <span>{unit === "" ? t("unit.all") : nameOf(unit)}</span>
          <ChevronDownIcon size={14} aria-hidden />
        </button>
      }
    >
      {(Menu) => (
        <>
          {units.length > 8 ? (
            <Menu.Search
              size="xs"
              aria-label={t("unit.find")}
              placeholder={t("unit.find")}
              value={wanted}
              onChange={(event) => setWanted(event.currentTarget.value)}
            />
          ) : null}
          <Menu.RadioItem value="" checked={unit === ""} onChange={() => choose("")} closeMenuOnClick>
            {t("unit.all")}
          </Menu.RadioItem>
          {shown.slice(0, 200).map(({ id }) => (
            <Menu.RadioItem
              key={id}
              value={id}
              checked={unit === id}
              onChange={() => choose(id)}
              closeMenuOnClick
              style={{ paddingInlineStart: 12 + (words === "" ? (depths.get(id) ?? 0) : 0) * 14 }}
            >
              {nameOf(id)}
            </Menu.RadioItem>
          ))}
        </>
      )}
    </LateMenu>
  );
}

function depthsOf(units: readonly VisibleUnit[]): Map<string, number> {
  const depths = new Map<string, number>();
  for (const { id, parentId } of units) depths.set(id, parentId === null ? 0 : (depths.get(parentId) ?? -1) + 1);
  return depths;
}
