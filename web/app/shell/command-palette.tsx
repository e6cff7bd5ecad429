import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Me } from "../../api/session.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { ArrowRightIcon, DatabaseIcon, PlusIcon, SearchIcon, UserPlusIcon } from "../../ui/icons.ts";
import { isComposing } from "../../ui/keys.ts";
import { pageActions } from "../../ui/page-actions.ts";
import { changeLanguage, currentLanguage } from "../i18n.ts";
import classes from "./command-palette.module.css";
import { HOME, type NavGroup } from "./nav.ts";
import { useUnit } from "./use-unit.ts";

type Command = {
  readonly key: string;
  readonly label: string;
  readonly hint?: string;
  readonly icon: typeof SearchIcon;
  readonly run: () => unknown;
};
type PaletteProps = { readonly me: Me; readonly groups: readonly NavGroup[]; readonly onClose: () => void };

/** Ctrl/Cmd+K: go anywhere, do anything, or search the logs for what was typed. */
export function CommandPalette({ me, groups, onClose }: PaletteProps) {
  const { t } = useTranslation("shell");
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const commands = useCommands(me, groups, text);
  const active = commands[Math.min(at, commands.length - 1)];

  const run = (command: Command | undefined) => {
    if (!command) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (move !== 0) {
      event.preventDefault();
      setAt((now) => (Math.min(now, commands.length - 1) + move + commands.length) % Math.max(commands.length, 1));
    }
    if (event.key === "Enter") {
      event.preventDefault();
      run(active);
    }
  };

  return (
    <Dialog title={t("palette.title")} onClose={onClose} size={560} isBare>
      <div className={classes.entry}>
        <SearchIcon size={18} stroke={1.7} aria-hidden />
        <input
          className={classes.input}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
          placeholder={t("palette.placeholder")}
          aria-label={t("palette.placeholder")}
          role="combobox"
          aria-expanded
          aria-controls={listId}
          aria-activedescendant={active ? `${listId}-${active.key}` : undefined}
          autoComplete="off"
          data-autofocus
        />
      </div>
      <div className={classes.list} role="listbox" id={listId} aria-label={t("palette.title")}>
        {commands.map((command) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above holds the focus and its keys act here
          <div
            key={command.key}
            id={`${listId}-${command.key}`}
            role="option"
            tabIndex={-1}
            aria-selected={command === active}
            className={classes.option}
            ref={command === active ? scrollIntoSight : null}
            onClick={() => run(command)}
          >
            <command.icon size={16} stroke={1.7} aria-hidden />
            <span className={classes.label}>{command.label}</span>
            {command.hint ? <span className={classes.hint}>{command.hint}</span> : null}
          </div>
        ))}
      </div>
    </Dialog>
  );
}

const scrollIntoSight = (element: HTMLElement | null) => element?.scrollIntoView({ block: "nearest" });

function useCommands(me: Me, groups: readonly NavGroup[], text: string): readonly Command[] {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const { units, nameOf } = useUnit();
  const can = (permission: Me["permissions"][number]) => me.permissions.includes(permission);
  const wanted = text.normalize("NFKC").trim().toLowerCase();
  const pages: Command[] = [HOME, ...groups.flatMap(({ entries }) => entries)].map((entry) => ({
    key: entry.key,
    label: t(`nav.page.${entry.key}`),
    hint: `g ${entry.jump}`,
    icon: entry.icon,
    run: () => navigate({ to: entry.to }),
  }));
  const here: Command[] = (pageActions()?.actions ?? []).flatMap(({ keys, label, run }) =>
    run ? [{ key: `here-${keys}`, label, hint: keys, icon: ArrowRightIcon, run }] : [],
  );
  const deeds: Command[] = [
    ...(can("source:write")
      ? [
          {
            key: "add-source",
            label: t("palette.addSource"),
            icon: DatabaseIcon,
            run: () => navigate({ to: "/sources/new" }),
          },
        ]
      : []),
    ...(can("rule:write")
      ? [{ key: "add-rule", label: t("palette.addRule"), icon: PlusIcon, run: () => navigate({ to: "/rules/new" }) }]
      : []),
    ...(can("person:write")
      ? [
          {
            key: "add-person",
            label: t("palette.addPerson"),
            icon: UserPlusIcon,
            run: () => navigate({ to: "/people", search: { person: "new" } }),
          },
        ]
      : []),
    {
      key: "language",
      label: t("palette.language"),
      icon: ArrowRightIcon,
      run: () => changeLanguage(currentLanguage() === "ja" ? "en" : "ja"),
    },
  ];
  const unitJumps: Command[] =
    wanted === ""
      ? []
      : units.map(({ id, name }) => ({
          key: `unit-${id}`,
          label: t("palette.unit", { name: nameOf(id) }),
          hint: name.ja === name.en ? "" : currentLanguage() === "ja" ? name.en : name.ja,
          icon: ArrowRightIcon,
          run: () => navigate({ to: ".", search: (now) => ({ ...now, unit: id }) }),
        }));
  const found = [...here, ...pages, ...deeds, ...unitJumps].filter(({ label, hint, key }) =>
    `${label} ${hint ?? ""} ${key}`.normalize("NFKC").toLowerCase().includes(wanted),
  );
  if (wanted === "") return found;
  const searches: Command[] = [
    ...(can("event:read")
      ? [
          {
            key: "search-events",
            label: t("palette.searchEvents", { text }),
            icon: SearchIcon,
            run: () => navigate({ to: "/search", search: { q: text, from: "now-24h" } }),
          },
        ]
      : []),
    ...(can("alert:read")
      ? [
          {
            key: "search-alerts",
            label: t("palette.searchAlerts", { text }),
            icon: SearchIcon,
            run: () => navigate({ to: "/alerts", search: { q: text } }),
          },
        ]
      : []),
  ];
  return [...found.slice(0, 12), ...searches];
}
