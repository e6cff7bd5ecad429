import type { LinkProps } from "@tanstack/react-router";
import type { Permission } from "../../api/session.ts";
import {
  BellIcon,
  BellRingingIcon,
  BuildingIcon,
  ClipboardListIcon,
  ClockIcon,
  DatabaseIcon,
  HomeIcon,
  KeyIcon,
  NotebookIcon,
  PhoneCallIcon,
  SearchIcon,
  ShieldCheckIcon,
  TableIcon,
  UrgentIcon,
  UserIcon,
  UsersIcon,
} from "../../ui/icons.ts";

export type NavEntry = {
  readonly key: string;
  readonly to: NonNullable<LinkProps["to"]>;
  readonly icon: typeof HomeIcon;
  readonly needs?: Permission;
  /** The second key after `g`. */
  readonly jump: string;
};
export type NavGroup = {
  readonly key: string;
  /** The seed's word, shown as a mark beside the group in either language. */
  readonly kanji: string;
  readonly entries: readonly NavEntry[];
};

export const HOME: NavEntry = { key: "home", to: "/", icon: HomeIcon, jump: "h" };

const GROUPS: readonly NavGroup[] = [
  {
    key: "monitor",
    kanji: "監視",
    entries: [
      { key: "search", to: "/search", icon: SearchIcon, needs: "event:read", jump: "s" },
      { key: "alerts", to: "/alerts", icon: BellIcon, needs: "alert:read", jump: "a" },
      { key: "rules", to: "/rules", icon: ShieldCheckIcon, needs: "rule:read", jump: "r" },
      { key: "dashboards", to: "/dashboards", icon: TableIcon, needs: "alert:read", jump: "b" },
      { key: "sources", to: "/sources", icon: DatabaseIcon, needs: "source:read", jump: "l" },
      { key: "retention", to: "/retention", icon: ClockIcon, needs: "source:read", jump: "k" },
    ],
  },
  {
    key: "respond",
    kanji: "対応",
    entries: [
      { key: "incidents", to: "/incidents", icon: UrgentIcon, needs: "incident:read", jump: "i" },
      { key: "notebooks", to: "/notebooks", icon: NotebookIcon, needs: "incident:read", jump: "b" },
      { key: "duties", to: "/duties", icon: ClockIcon, needs: "incident:read", jump: "n" },
      { key: "onCall", to: "/on-call", icon: PhoneCallIcon, needs: "incident:read", jump: "o" },
    ],
  },
  {
    key: "govern",
    kanji: "統治",
    entries: [
      { key: "units", to: "/units", icon: BuildingIcon, needs: "unit:read", jump: "u" },
      { key: "people", to: "/people", icon: UsersIcon, needs: "person:read", jump: "p" },
      { key: "audit", to: "/audit", icon: ClipboardListIcon, needs: "audit:read", jump: "d" },
    ],
  },
  {
    key: "settings",
    kanji: "設定",
    entries: [
      { key: "notify", to: "/notify", icon: BellRingingIcon, needs: "notify:read", jump: "y" },
      { key: "tokens", to: "/tokens", icon: KeyIcon, needs: "token:read", jump: "t" },
      { key: "account", to: "/account", icon: UserIcon, jump: "m" },
    ],
  },
];

/** What this person may use, and nothing else; a group without pages is not shown. */
export function navFor(permissions: readonly Permission[]): readonly NavGroup[] {
  return GROUPS.map((group) => ({
    ...group,
    entries: group.entries.filter(({ needs }) => needs === undefined || permissions.includes(needs)),
  })).filter(({ entries }) => entries.length > 0);
}
