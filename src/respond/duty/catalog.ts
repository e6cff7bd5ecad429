import type { EntryContent, Period, Stage, Template } from "./contract.ts";

const hours = (count: number, from: "moment" | "next-full-hour" = "moment"): Period => ({ kind: "hours", count, from });
const days = (count: number, rest: Partial<Extract<Period, { kind: "days" }>> = {}): Period => ({
  kind: "days",
  count,
  firstDay: "civil-code",
  lastDay: "as-is",
  ...rest,
});
const stage = (key: string, ja: string, en: string, rest: Partial<Stage>): Stage => ({
  key,
  name: { ja, en },
  after: null,
  limit: null,
  target: null,
  variants: [],
  report: "general",
  ...rest,
});
const entry = (ja: string, en: string, rest: Partial<EntryContent> & Pick<EntryContent, "stages">): EntryContent => ({
  name: { ja, en },
  category: "authority",
  basis: "",
  zone: "Asia/Tokyo",
  calendar: "jp-government",
  holidays: [],
  usesUnitDaysOff: false,
  isDateKnown: true,
  inForceFrom: null,
  all: [],
  any: [],
  unless: [],
  question: null,
  contact: "",
  disclose: { ja: "", en: "" },
  ...rest,
});

const COUNTED = { firstDay: "counted" } as const;
const FINAL = { ...COUNTED, lastDay: "next-working-day" } as const;

/**
 * 個人情報保護法26条, 施行規則7・8条. The day of knowing is day one of the 30 and 60 days, as the commission's guideline is commonly
 * read, and of the targets: the earlier reading. The targets also move past no day off.
 */
const APPI = entry("個人情報保護委員会", "Personal Information Protection Commission (Japan)", {
  basis: "個人情報保護法26条1項、施行規則7条・8条",
  inForceFrom: "2022-04-01",
  all: ["personalData"],
  any: ["specialCare", "propertyDamage", "improperPurpose", "overThousand"],
  unless: ["strongEncryption"],
  stages: [
    stage("preliminary", "速報", "Preliminary report", { limit: days(5), target: days(3, COUNTED), report: "appi" }),
    stage("final", "確報", "Final report", {
      limit: days(30, FINAL),
      target: days(30, COUNTED),
      variants: [{ fact: "improperPurpose", limit: days(60, FINAL), target: days(60, COUNTED) }],
      report: "appi",
    }),
    stage("persons", "本人への通知", "Notice to the persons", {}),
  ],
  disclose: {
    ja: "施行規則8条1項の9項目（概要、個人データの項目、本人の数、原因、二次被害、本人への対応、公表、再発防止、その他）。速報では把握している範囲で足ります。",
    en: "The nine items of Rule 8(1): outline, items of data, number of persons, cause, secondary damage, response to the persons, publication, prevention, other. The preliminary report tells what is known so far.",
  },
});

const NIS2 = entry("NIS2 所管当局・CSIRT", "NIS2 competent authority or CSIRT", {
  basis: "Directive (EU) 2022/2555 Art. 23(4)",
  zone: "Europe/Brussels",
  calendar: "be",
  all: ["significantIncident"],
  stages: [
    stage("early-warning", "早期警告", "Early warning", {
      limit: hours(24, "next-full-hour"),
      target: hours(24),
      report: "nis2",
    }),
    stage("notification", "インシデント通知", "Incident notification", {
      limit: hours(72, "next-full-hour"),
      target: hours(72),
      report: "nis2",
    }),
    stage("final", "最終報告", "Final report", {
      after: "notification",
      limit: { kind: "months", count: 1, law: "eu-1182", lastDay: "next-working-day" },
      target: { kind: "months", count: 1, law: "eu-1182", lastDay: "as-is" },
      report: "nis2",
    }),
  ],
  disclose: {
    ja: "早期警告: 違法・悪意ある行為の疑い、国境を越える影響の有無。通知: 初期評価（重大性、影響、侵害指標）。最終報告: 詳細、原因、対策、国境を越える影響。継続中なら経過報告を出します。",
    en: "Early warning: suspected unlawful or malicious act, cross-border impact. Notification: initial assessment of severity and impact, indicators of compromise. Final report: description, root cause, measures, cross-border impact; a progress report while it goes on.",
  },
});

const GDPR = entry("GDPR 監督機関", "GDPR supervisory authority", {
  basis: "Regulation (EU) 2016/679 Art. 33(1), 34(1)",
  zone: "Europe/Brussels",
  calendar: "be",
  inForceFrom: "2018-05-25",
  all: ["euPersonalData"],
  unless: ["riskUnlikely"],
  stages: [
    stage("authority", "監督機関への通知", "Notification to the authority", {
      limit: hours(72, "next-full-hour"),
      target: hours(72),
      report: "gdpr",
    }),
  ],
  disclose: {
    ja: "33条3項: 侵害の性質（本人と記録の種類・概数）、DPOの連絡先、起こりうる結果、対策。72時間を過ぎたときは遅れた理由。",
    en: "Art. 33(3): nature of the breach with categories and approximate numbers, contact of the DPO, likely consequences, measures. After 72 hours also the reasons for the delay.",
  },
});
const GDPR_PERSONS = entry("GDPR 本人への連絡", "GDPR communication to data subjects", {
  basis: "Regulation (EU) 2016/679 Art. 34(1)",
  zone: "Europe/Brussels",
  calendar: "be",
  category: "other",
  all: ["euPersonalData", "highRisk"],
  stages: [stage("persons", "本人への連絡（不当な遅滞なく）", "Communication without undue delay", { report: "gdpr" })],
});

const TEMPLATES: readonly Template[] = [
  {
    key: "appi",
    note: {
      ja: "速報はおおむね3〜5日（すべての日を数える）、確報は知った日を1日目として30日、不正の目的のおそれがあれば60日。",
      en: "Preliminary in about 3 to 5 days (all days count), final in 30 days with the day of knowing as day one, in 60 with a possibly improper purpose.",
    },
    content: APPI,
  },
  {
    key: "common-form",
    note: {
      ja: "2025年10月1日からの共通様式（DDoS・ランサムウェア）。宛先ごとの期限はそれぞれの法令によります。",
      en: "The form common to Japanese authorities since 2025-10-01 for DDoS and ransomware; each authority's own law sets the time.",
    },
    content: entry("共通様式（DDoS・ランサムウェア）", "Common form (DDoS, ransomware)", {
      basis: "国家サイバー統括室 共通様式（2025年10月1日）",
      inForceFrom: "2025-10-01",
      all: ["ransomwareOrDdos"],
      stages: [stage("report", "共通様式での報告", "Report on the common form", {})],
    }),
  },
  {
    key: "capability-act",
    note: {
      ja: "施行日と報告期限は政令・命令で決まります。確認できた日付と期限を入力するまで、期限は動きません。",
      en: "Date of force and deadlines come by ordinance. Nothing runs until you enter the date, and the deadline once it is set.",
    },
    content: entry(
      "サイバー対処能力強化法（特定侵害事象の報告）",
      "Active Cyber Defense Act (Japan), critical infrastructure",
      {
        basis: "サイバー対処能力強化法（2025年成立）",
        isDateKnown: false,
        all: ["criticalInfrastructure"],
        stages: [stage("report", "特定侵害事象等の報告", "Report of the intrusion", {})],
      },
    ),
  },
  {
    key: "nis2",
    note: { ja: "24時間、72時間、通知の1か月後。", en: "24 hours, 72 hours, one month after the notification." },
    content: NIS2,
  },
  { key: "gdpr", note: { ja: "72時間。", en: "72 hours." }, content: GDPR },
  {
    key: "gdpr-persons",
    note: { ja: "高いリスクのとき、不当な遅滞なく。", en: "Without undue delay when the risk is high." },
    content: GDPR_PERSONS,
  },
  {
    key: "police",
    note: { ja: "期限はありません。証拠の保全のため早めの相談を。", en: "No deadline; early contact keeps evidence." },
    content: entry("警察（サイバー事案の相談・通報）", "Police", {
      category: "police",
      all: ["crime"],
      stages: [stage("report", "通報・相談", "Report", {})],
    }),
  },
  {
    key: "headquarters",
    note: {
      ja: "グループ内の第一報。時間は自社の規程に合わせてください。",
      en: "First word to headquarters; set the hours of your own rules.",
    },
    content: entry("グループ本社", "Group headquarters", {
      category: "headquarters",
      stages: [stage("first", "第一報", "First report", { limit: hours(24) })],
    }),
  },
  {
    key: "contract",
    note: {
      ja: "契約の通知条項。時間・営業日・宛先を契約書のとおりに直してください。",
      en: "A notice clause; set hours or working days and the address as the contract has them.",
    },
    content: entry("取引先との契約", "Customer contract", {
      category: "customer",
      calendar: "jp-business",
      usesUnitDaysOff: true,
      question: { ja: "この契約の通知条項にあたりますか？", en: "Does the notice clause of this contract apply?" },
      stages: [
        stage("notice", "契約に基づく通知", "Notice under the contract", {
          limit: { kind: "working-days", count: 3, firstDay: "civil-code" },
        }),
      ],
    }),
  },
  {
    key: "exchange",
    note: { ja: "重要な決定・発生事実の適時開示（直ちに）。", en: "Timely disclosure of material facts, at once." },
    content: entry("証券取引所（適時開示）", "Stock exchange (timely disclosure)", {
      category: "exchange",
      calendar: "jp-business",
      all: ["materialFact"],
      stages: [stage("disclosure", "適時開示", "Timely disclosure", {})],
    }),
  },
  {
    key: "insurer",
    note: {
      ja: "サイバー保険の事故通知。期限は約款のとおりに。",
      en: "Notice to the cyber insurer; set the policy's own time.",
    },
    content: entry("保険会社", "Insurer", {
      category: "insurer",
      calendar: "jp-business",
      all: ["insured"],
      stages: [stage("notice", "事故の通知", "Notice of the incident", {})],
    }),
  },
];

/** What an entry of the register can begin with. Nothing of it counts before somebody has put it into the register. */
export const templates = (): Template[] => structuredClone([...TEMPLATES]);
