import type { RuleSort, SheetLanguage } from "./contract.ts";

/** What files say, which are made on the server; pages take their words from the web's own. */
type Words = {
  readonly units: string;
  readonly rules: string;
  readonly range: (from: string, to: string) => string;
  readonly made: (at: string) => string;
  readonly under: (name: string) => string;
  readonly of: (units: number) => string;
  readonly filters: string;
  readonly left: (count: number) => string;
  readonly cut: (shown: number, total: number) => string;
  readonly unknown: string;
  readonly alone: (name: string) => string;
  readonly total: string;
  readonly none: string;
  readonly notes: readonly string[];
  readonly ruleNotes: readonly string[];
  readonly level: Readonly<Record<string, string>>;
  readonly show: Readonly<Record<"fired" | "all", string>>;
  readonly sort: Readonly<Record<RuleSort, string>>;
  readonly sorted: (by: string, isFalling: boolean) => string;
  readonly words: (q: string) => string;
  readonly off: string;
  readonly column: Readonly<
    Record<
      | "unit"
      | "unitId"
      | "seen"
      | "open"
      | "severe"
      | "opened"
      | "openIncidents"
      | "acknowledge"
      | "contain"
      | "restore"
      | "sources"
      | "silent"
      | "events"
      | "bytes"
      | "perGb"
      | "coverage"
      | "rule"
      | "ruleId"
      | "level"
      | "fires"
      | "alerts"
      | "truePositive"
      | "falsePositive"
      | "benign"
      | "precision"
      | "precisionLow"
      | "precisionHigh"
      | "judged"
      | "suppressed"
      | "cost"
      | "last",
      string
    >
  >;
};

const JA: Words = {
  units: "組織別ダッシュボード",
  rules: "検知ルール別ダッシュボード",
  range: (from, to) => `期間: ${from} – ${to}（協定世界時）`,
  made: (at) => `作成: ${at}（協定世界時）`,
  under: (name) => `組織: ${name} とその下位`,
  of: (units) => `選んだ組織: ${units} 組織`,
  filters: "絞り込み",
  left: (count) => `ほかに ${count} 組織あります（行には含まれません）。`,
  cut: (shown, total) => `${total} 件のうち ${shown} 件を載せています。`,
  unknown: "不明",
  alone: (name) => `${name}（単体）`,
  total: "合計",
  none: "–",
  notes: [
    "アラートは期間中に最後に観測されたもの、インシデントは期間中に開かれたものを数えます。未完了は作成時点の数です。",
    "「1 GB あたり」は、期間中に受信したログの量に対するアラート数です。資産台帳がないため、資産 1,000 台あたりの数は出せません。",
    "時間は期間中に検知されたインシデントの中央値です。「不明」は 0 ではありません。",
  ],
  ruleNotes: [
    "検知とアラートは期間中の数、判定（真・誤・無害）と未完了は全期間の数です。",
    "判定は、アラートの件数ではなく、アラートを完了にした操作の回数で数えます。精度は、全判定（真・誤・無害）のうち真の割合の推定値と、その 95 % 信用区間です。「不明」は 0 ではありません。",
  ],
  level: { critical: "緊急", high: "高", medium: "中", low: "低", informational: "情報" },
  show: { fired: "期間中に検知またはアラートのあるルール", all: "すべてのルール" },
  sort: {
    fires: "検知",
    alerts: "アラート",
    open: "未完了",
    false: "誤検知",
    precision: "精度",
    suppressed: "例外で抑止",
    cost: "コスト",
    last: "最後の検知",
  },
  sorted: (by, isFalling) => `並び順: ${by}（${isFalling ? "降順" : "昇順"}）`,
  words: (q) => `言葉: ${q}`,
  off: "（停止中）",
  column: {
    unit: "組織",
    unitId: "組織 ID",
    seen: "アラート",
    open: "未完了",
    severe: "うち緊急・高",
    opened: "インシデント",
    openIncidents: "未完了のインシデント",
    acknowledge: "着手まで",
    contain: "封じ込めまで",
    restore: "復旧まで",
    sources: "ログソース",
    silent: "途絶",
    events: "受信イベント",
    bytes: "ログ量",
    perGb: "アラート／GB",
    coverage: "ATT&CK カバー率",
    rule: "ルール",
    ruleId: "ルール ID",
    level: "重大度",
    fires: "検知",
    alerts: "アラート",
    truePositive: "真",
    falsePositive: "誤",
    benign: "無害",
    precision: "精度（95 %）",
    precisionLow: "精度の下限（95 %）",
    precisionHigh: "精度の上限（95 %）",
    judged: "判定数",
    suppressed: "例外で抑止",
    cost: "µs／イベント",
    last: "最後の検知",
  },
};

const EN: Words = {
  units: "Units side by side",
  rules: "Detection rules side by side",
  range: (from, to) => `Range: ${from} – ${to} (UTC)`,
  made: (at) => `Made: ${at} (UTC)`,
  under: (name) => `Unit: ${name} and what is below it`,
  of: (units) => `Units chosen: ${units}`,
  filters: "Filters",
  left: (count) =>
    count === 1 ? "There is 1 more unit, which is in no row." : `There are ${count} more units, which are in no row.`,
  cut: (shown, total) => `Rules shown: ${shown} of ${total}.`,
  unknown: "not known",
  alone: (name) => `${name} (by itself)`,
  total: "Total",
  none: "–",
  notes: [
    "Alerts last seen in the range and incidents opened in it are counted; what is open is open at the time of making.",
    "“Per GB” is alerts per gigabyte of logs received in the range. There is no inventory of assets, so there is no figure per 1,000 assets.",
    "Times are medians of the incidents detected in the range. “Not known” is not 0.",
  ],
  ruleNotes: [
    "Detections and alerts are of the range; judgments and what is open are of all time.",
    "Judgments are acts of closing, however many alerts each closed. Precision is the estimated share of true positives among all judgments, benign ones included, with its 95 % credible interval. “Not known” is not 0.",
  ],
  level: { critical: "Critical", high: "High", medium: "Medium", low: "Low", informational: "Informational" },
  show: { fired: "Rules with a detection or an alert in the range", all: "All rules" },
  sort: {
    fires: "detections",
    alerts: "alerts",
    open: "open",
    false: "false positives",
    precision: "precision",
    suppressed: "under an exception",
    cost: "cost",
    last: "last detection",
  },
  sorted: (by, isFalling) => `Sorted by ${by}, ${isFalling ? "largest" : "smallest"} first`,
  words: (q) => `Words: ${q}`,
  off: " (off)",
  column: {
    unit: "Unit",
    unitId: "Unit ID",
    seen: "Alerts",
    open: "Open",
    severe: "Critical, high",
    opened: "Incidents",
    openIncidents: "Open incidents",
    acknowledge: "To acknowledge",
    contain: "To contain",
    restore: "To restore",
    sources: "Sources",
    silent: "Silent",
    events: "Events received",
    bytes: "Logs",
    perGb: "Alerts / GB",
    coverage: "ATT&CK coverage",
    rule: "Rule",
    ruleId: "Rule ID",
    level: "Severity",
    fires: "Detections",
    alerts: "Alerts",
    truePositive: "True",
    falsePositive: "False",
    benign: "Benign",
    precision: "Precision (95 %)",
    precisionLow: "Precision, lower bound (95 %)",
    precisionHigh: "Precision, upper bound (95 %)",
    judged: "Judgments",
    suppressed: "Excepted",
    cost: "µs / event",
    last: "Last detection",
  },
};

export const WORDS: Readonly<Record<SheetLanguage, Words>> = { ja: JA, en: EN };
