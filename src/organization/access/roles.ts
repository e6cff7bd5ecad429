import { PERMISSIONS, type Permission, ROLE_NAMES, type RoleName, type RoleView } from "./contract.ts";

export type Role = Omit<RoleView, "role" | "permissions" | "mayGrant" | "holders"> & {
  readonly permissions: readonly Permission[];
  readonly mayGrant: readonly RoleName[];
  readonly holders: readonly ("person" | "token")[];
};

const READ_ALL = PERMISSIONS.filter((permission) => permission.endsWith(":read"));

/** Who may do what, as data. The app, the guard, the README and the matrix test all read this table. */
export const ROLES: Readonly<Record<RoleName, Role>> = {
  executive: {
    name: { ja: "経営者", en: "Executive" },
    purpose: {
      ja: "会社の危険、アラート、インシデントを見る。個々のログと利用者の一覧は見ない。",
      en: "Sees the risk, the alerts and the incidents of the company; neither raw events nor the list of people.",
    },
    reach: "subtree",
    holders: ["person"],
    permissions: ["alert:read", "incident:read", "source:read", "unit:read"],
    mayGrant: [],
  },
  ciso: {
    name: { ja: "CISO（最高情報セキュリティ責任者）", en: "CISO" },
    purpose: {
      ja: "セキュリティ全体に責任を持つ。監査ログも見て、セキュリティの役割を割り当てる。",
      en: "Answers for security as a whole: also reads the audit record and assigns security roles.",
    },
    reach: "subtree",
    holders: ["person"],
    permissions: [
      ...READ_ALL,
      "alert:write",
      "incident:write",
      "rule:write",
      "source:write",
      "retention:write",
      "person:write",
      "notify:write",
    ],
    mayGrant: ["executive", "analyst", "auditor", "employee", "supplier-contact"],
  },
  analyst: {
    name: { ja: "アナリスト（CSIRT・SOC）", en: "Analyst (CSIRT, SOC)" },
    purpose: {
      ja: "ログを調べ、アラートを判断し、インシデントに対応し、検知ルールを育てる。",
      en: "Searches events, judges alerts, handles incidents and tends the detection rules.",
    },
    reach: "subtree",
    holders: ["person", "token"],
    permissions: [
      "event:read",
      "alert:read",
      "alert:write",
      "incident:read",
      "incident:write",
      "rule:read",
      "rule:write",
      "source:read",
      "unit:read",
      "person:read",
      "notify:read",
    ],
    mayGrant: [],
  },
  "system-administrator": {
    name: { ja: "システム管理者", en: "System administrator" },
    purpose: {
      ja: "組織、利用者、ログソース、トークンを整え、システムを動かし続ける。アラートの判断とルールの変更はしない。",
      en: "Keeps the system running: units, people, log sources, tokens. Does not judge alerts or change rules.",
    },
    reach: "subtree",
    holders: ["person"],
    permissions: [
      "event:read",
      "event:ingest",
      "alert:read",
      "incident:read",
      "rule:read",
      "source:read",
      "source:write",
      "retention:write",
      "unit:read",
      "unit:write",
      "person:read",
      "person:write",
      "token:read",
      "token:write",
      "notify:read",
      "notify:write",
      "audit:read",
      "system:read",
    ],
    mayGrant: [...ROLE_NAMES],
  },
  auditor: {
    name: { ja: "監査人", en: "Auditor" },
    purpose: {
      ja: "監査ログを含めてすべてを見るが、何も変えない。",
      en: "Reads everything, the audit record included; changes nothing.",
    },
    reach: "subtree",
    holders: ["person", "token"],
    permissions: READ_ALL,
    mayGrant: [],
  },
  employee: {
    name: { ja: "社員等", en: "Employee" },
    purpose: {
      ja: "自分自身に関することだけを見る。",
      en: "Sees only what concerns themselves.",
    },
    reach: "unit",
    holders: ["person"],
    permissions: [],
    mayGrant: [],
  },
  "supplier-contact": {
    name: { ja: "取引先の担当者", en: "Supplier contact" },
    purpose: {
      ja: "自社の組織のアラート、インシデント、ログソースだけを見る。下位の組織は見ない。",
      en: "Sees the alerts, incidents and log sources of their own unit alone, not of units below it.",
    },
    reach: "unit",
    holders: ["person"],
    permissions: ["alert:read", "incident:read", "source:read", "unit:read"],
    mayGrant: [],
  },
  integration: {
    name: { ja: "外部連携", en: "Integration" },
    purpose: {
      ja: "他のシステムがトークンで使う。ログを送り、アラートを読み、状態を返す。人には割り当てない。",
      en: "Another system, by token only: sends events, reads alerts, reports back. Never a person.",
    },
    reach: "subtree",
    holders: ["token"],
    permissions: [
      "event:ingest",
      "event:read",
      "alert:read",
      "alert:write",
      "incident:read",
      "incident:write",
      "rule:read",
      "source:read",
      "unit:read",
    ],
    mayGrant: [],
  },
};

/** The table in the shape of GET /api/v1/roles. */
export function roleViews(): RoleView[] {
  return ROLE_NAMES.map((role) => {
    const { permissions, mayGrant, holders, ...rest } = ROLES[role];
    return { role, ...rest, permissions: [...permissions], mayGrant: [...mayGrant], holders: [...holders] };
  });
}
