import type { AlertStatus } from "../alert/contract.ts";
import type { EntityKind } from "./contract.ts";

type Language = "ja" | "en";
type Words = Readonly<Record<Language, string>>;

/** What a printed page about an entity says, in the language that its reader chose. */
export const WORDS = {
  window: { ja: "期間", en: "Window" },
  made: { ja: "作成日時", en: "Made at" },
  madeBy: { ja: "作成者", en: "Made by" },
  events: { ja: "ログ件数", en: "Logs" },
  seen: { ja: "保管されているログの中での最初と最後", en: "First and last among the logs that are kept" },
  none: { ja: "なし", en: "None" },
  spellings: { ja: "ログでの書き方", en: "As logs write it" },
  alerts: { ja: "アラート", en: "Alerts" },
  incidents: { ja: "インシデント", en: "Incidents" },
  rules: { ja: "一致した検知ルール", en: "Rules that matched" },
  peers: { ja: "関わりの多い相手", en: "What stands beside it most" },
  programs: { ja: "プログラム", en: "Programs" },
  actions: { ja: "動作", en: "Actions" },
  holders: { ja: "アドレスの使用者", en: "Who had the address" },
  latest: { ja: "最新のログ", en: "Latest logs" },
  sampled: { ja: "内訳は一部のログから数えた", en: "The breakdowns were counted from a part of the logs" },
  cut: { ja: "多いため一部だけを載せた", en: "Cut: there are more" },
} as const satisfies Record<string, Words>;

export const KINDS: Readonly<Record<EntityKind, Words>> = {
  host: { ja: "ホスト", en: "Host" },
  account: { ja: "アカウント", en: "Account" },
  address: { ja: "アドレス", en: "Address" },
  domain: { ja: "ドメイン", en: "Domain" },
  hash: { ja: "ファイル", en: "File" },
};

export const LEVELS: Readonly<Record<string, Words>> = {
  critical: { ja: "緊急", en: "Critical" },
  high: { ja: "高", en: "High" },
  medium: { ja: "中", en: "Medium" },
  low: { ja: "低", en: "Low" },
  informational: { ja: "情報", en: "Informational" },
};

export const ALERT_STATES: Readonly<Record<AlertStatus, Words>> = {
  open: { ja: "未対応", en: "Open" },
  "in-progress": { ja: "対応中", en: "In progress" },
  closed: { ja: "完了", en: "Closed" },
};

export const INCIDENT_STATES: Readonly<Record<string, Words>> = {
  open: { ja: "対応中", en: "Open" },
  contained: { ja: "封じ込め済み", en: "Contained" },
  resolved: { ja: "解決済み", en: "Resolved" },
  closed: { ja: "完了", en: "Closed" },
};
