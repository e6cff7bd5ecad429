import type { Fact, Language, Stage } from "./contract.ts";

/** What the reports say in both languages. The items of each report follow the article that asks for them. */
type Words = Readonly<Record<Language, string>>;
type Report = Stage["report"];

export const REPORT_FIELDS: Readonly<Record<Report, readonly (readonly [key: string, label: Words])[]>> = {
  // 個人情報保護法施行規則8条1項1号〜9号
  appi: [
    ["outline", { ja: "1. 概要", en: "1. Outline" }],
    ["items", { ja: "2. 個人データの項目", en: "2. Items of personal data" }],
    ["persons", { ja: "3. 本人の数", en: "3. Number of persons" }],
    ["cause", { ja: "4. 原因", en: "4. Cause" }],
    ["damage", { ja: "5. 二次被害又はそのおそれの有無及びその内容", en: "5. Secondary damage, or the risk of it" }],
    ["response", { ja: "6. 本人への対応の実施状況", en: "6. Response to the persons" }],
    ["publication", { ja: "7. 公表の実施状況", en: "7. Publication" }],
    ["prevention", { ja: "8. 再発防止のための措置", en: "8. Measures against recurrence" }],
    ["other", { ja: "9. その他参考となる事項", en: "9. Other information" }],
  ],
  // GDPR Art. 33(3)(a)–(d), 33(1)
  gdpr: [
    ["outline", { ja: "(a) 侵害の性質", en: "(a) Nature of the breach" }],
    [
      "persons",
      { ja: "(a) 本人と記録の種類・概数", en: "(a) Categories and approximate number of persons and records" },
    ],
    ["contact", { ja: "(b) 連絡先（DPOなど）", en: "(b) Contact point (DPO)" }],
    ["damage", { ja: "(c) 起こりうる結果", en: "(c) Likely consequences" }],
    ["prevention", { ja: "(d) 講じた・講じる措置", en: "(d) Measures taken or proposed" }],
    ["delay", { ja: "72時間を過ぎた場合の理由", en: "Reasons for a delay beyond 72 hours" }],
  ],
  // NIS2 Art. 23(4)(a), (b), (d)
  nis2: [
    [
      "outline",
      { ja: "インシデントの説明（重大性と影響を含む）", en: "Description of the incident, its severity and impact" },
    ],
    ["malicious", { ja: "違法又は悪意ある行為の疑い", en: "Suspected unlawful or malicious act" }],
    ["border", { ja: "国境を越える影響", en: "Cross-border impact" }],
    ["indicators", { ja: "侵害指標", en: "Indicators of compromise" }],
    ["cause", { ja: "脅威の種類・根本原因", en: "Type of threat or root cause" }],
    ["prevention", { ja: "実施した・継続中の緩和措置", en: "Applied and ongoing mitigation measures" }],
  ],
  general: [
    ["outline", { ja: "概要", en: "Outline" }],
    ["damage", { ja: "影響", en: "Impact" }],
    ["cause", { ja: "原因", en: "Cause" }],
    ["prevention", { ja: "対応と再発防止", en: "Response and prevention" }],
    ["other", { ja: "その他", en: "Other" }],
  ],
};

export const WORDS = {
  draft: { ja: "【草案】", en: "[Draft]" },
  to: { ja: "宛先", en: "To" },
  basis: { ja: "根拠", en: "Basis" },
  incident: { ja: "インシデント番号", en: "Incident number" },
  knownAt: { ja: "知った日時", en: "Known since" },
  knownBy: { ja: "知った部署・委託先", en: "Came to know" },
  evidence: { ja: "根拠となる事実", en: "Evidence" },
  declaredBy: { ja: "宣言した人", en: "Declared by" },
  limit: { ja: "期限", en: "Deadline" },
  reporter: { ja: "報告者", en: "Reporting organization" },
  facts: { ja: "確認した事項", en: "Questions of fact" },
  timeline: { ja: "経過", en: "Course of events" },
  notStarted: {
    ja: "期限のカウントはまだ始まっていません。知った日時を宣言してください。",
    en: "Clock not started: declare when it became known.",
  },
  wouldBe: { ja: "いま宣言した場合の期限", en: "Deadline if that were declared now" },
  atTheLatest: { ja: "遅くとも", en: "at the latest" },
  noLimit: { ja: "日数の定めはありません（遅滞なく）", en: "without undue delay (no number of days is set)" },
  notInForce: {
    ja: "施行日が入力されていません（施行前として扱います）",
    en: "not in force: no date of force was entered",
  },
  unknown: { ja: "（未確認）", en: "(not established yet)" },
  endOfDay: { ja: "の終わりまで", en: " (end of the day)" },
  hidden: {
    ja: "ほかの組織のアラートがあり、この草案には含まれていません。",
    en: "There are alerts of other units that this draft leaves out.",
  },
  yes: { ja: "はい", en: "yes" },
  no: { ja: "いいえ", en: "no" },
  notKnown: { ja: "不明", en: "not known" },
  notAnswered: { ja: "未回答", en: "not answered" },
} as const satisfies Readonly<Record<string, Words>>;

/** Kinds of what an incident touches. */
export const KIND_WORDS: Readonly<Record<string, Words>> = {
  host: { ja: "端末", en: "host" },
  user: { ja: "利用者", en: "user" },
  address: { ja: "IPアドレス", en: "address" },
  hash: { ja: "ハッシュ値", en: "hash" },
  domain: { ja: "ドメイン", en: "domain" },
  file: { ja: "ファイル", en: "file" },
  process: { ja: "プロセス", en: "process" },
  url: { ja: "URL", en: "URL" },
};

export const STANDING_WORDS: Readonly<Record<string, Words>> = {
  organization: { ja: "名称", en: "Name" },
  representative: { ja: "代表者", en: "Representative" },
  address: { ja: "住所", en: "Address" },
  contactPerson: { ja: "担当者", en: "Contact person" },
  phone: { ja: "電話番号", en: "Telephone" },
  email: { ja: "メールアドレス", en: "E-mail" },
  number: { ja: "法人番号など", en: "Registration number" },
};

export const FACT_WORDS: Readonly<Record<Fact, Words>> = {
  personalData: { ja: "個人データの漏えい等又はそのおそれ", en: "Leakage of personal data, or the risk of it" },
  specialCare: { ja: "要配慮個人情報を含む", en: "Special-care-required personal information" },
  propertyDamage: { ja: "財産的被害のおそれ", en: "Risk of property damage" },
  improperPurpose: { ja: "不正の目的をもって行われたおそれ", en: "Possibly done with an improper purpose" },
  overThousand: { ja: "本人の数が1,000人を超える", en: "More than 1,000 persons" },
  strongEncryption: { ja: "高度な暗号化などの措置がある", en: "Protected by strong encryption or the like" },
  euPersonalData: { ja: "GDPRの対象となる個人データの侵害", en: "Breach of personal data under the GDPR" },
  riskUnlikely: { ja: "本人の権利・自由へのリスクが生じる見込みがない", en: "Unlikely to result in a risk to persons" },
  highRisk: { ja: "本人の権利・自由への高いリスク", en: "High risk to persons" },
  significantIncident: { ja: "NIS2の重大なインシデント", en: "Significant incident under NIS2" },
  criticalInfrastructure: {
    ja: "特定社会基盤事業者の対象設備に関わる",
    en: "Concerns designated critical infrastructure",
  },
  crime: { ja: "犯罪の疑い", en: "Suspected crime" },
  ransomwareOrDdos: { ja: "ランサムウェア又はDDoS", en: "Ransomware or DDoS" },
  materialFact: { ja: "適時開示の対象となる事実", en: "A fact subject to timely disclosure" },
  insured: { ja: "保険の対象となる事故", en: "Covered by the insurance" },
};
