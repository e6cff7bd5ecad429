/** A company that does not exist: a maker of precision parts and its supplier. Domains end in .example (RFC 2606). */
const UNIT_KEYS = ["hq", "osaka", "singapore", "supplier"] as const;
export type UnitKey = (typeof UNIT_KEYS)[number];

export type SampleUnit = {
  readonly key: UnitKey;
  readonly parent: UnitKey | undefined;
  readonly kind: "head-office" | "branch" | "overseas" | "supplier";
  readonly name: { readonly ja: string; readonly en: string };
  readonly country: string;
  readonly timeZone: string;
  /** Minutes east of UTC; neither country changes its clocks. */
  readonly utcOffsetMinutes: number;
  /** Every log host of the unit matches this pattern: how the receiving side knows the unit of a syslog message. */
  readonly hostPattern: string;
  /** First two octets of its addresses. */
  readonly network: string;
  readonly publicIp: string;
  readonly emailDomain: string;
};

export type SamplePerson = {
  readonly unit: UnitKey;
  readonly account: string;
  readonly name: string;
  readonly kana: string | undefined;
  readonly romaji: string;
  readonly locale: "ja" | "en";
  readonly title: { readonly ja: string; readonly en: string };
  readonly role:
    | "executive"
    | "ciso"
    | "analyst"
    | "system-administrator"
    | "auditor"
    | "employee"
    | "supplier-contact";
  readonly workstation: string;
  readonly ip: string;
};

export type SampleHost = {
  readonly unit: UnitKey;
  readonly name: string;
  readonly ip: string;
  readonly purpose: "firewall" | "proxy" | "dns" | "web" | "domain-controller" | "file-server" | "linux";
};

export const GROUP_NAME = { ja: "みなと精機グループ", en: "Minato Seiki Group" } as const;

export const SAMPLE_UNITS: readonly SampleUnit[] = [
  {
    key: "hq",
    parent: undefined,
    kind: "head-office",
    name: { ja: "みなと精機 本社", en: "Minato Seiki Head Office" },
    country: "JP",
    timeZone: "Asia/Tokyo",
    utcOffsetMinutes: 540,
    hostPattern: "hq-*",
    network: "10.1",
    publicIp: "192.0.2.10",
    emailDomain: "minato-seiki.example",
  },
  {
    key: "osaka",
    parent: "hq",
    kind: "branch",
    name: { ja: "大阪営業所", en: "Osaka Sales Office" },
    country: "JP",
    timeZone: "Asia/Tokyo",
    utcOffsetMinutes: 540,
    hostPattern: "osk-*",
    network: "10.2",
    publicIp: "192.0.2.20",
    emailDomain: "minato-seiki.example",
  },
  {
    key: "singapore",
    parent: "hq",
    kind: "overseas",
    name: { ja: "シンガポール現地法人", en: "Minato Seiki Singapore" },
    country: "SG",
    timeZone: "Asia/Singapore",
    utcOffsetMinutes: 480,
    hostPattern: "sgp-*",
    network: "10.3",
    publicIp: "192.0.2.30",
    emailDomain: "sg.minato-seiki.example",
  },
  {
    key: "supplier",
    parent: "hq",
    kind: "supplier",
    name: { ja: "北野部品製作所", en: "Kitano Parts Works" },
    country: "JP",
    timeZone: "Asia/Tokyo",
    utcOffsetMinutes: 540,
    hostPattern: "ktn-*",
    network: "10.80",
    publicIp: "192.0.2.80",
    emailDomain: "kitano-parts.example",
  },
];

type Row = readonly [
  account: string,
  name: string,
  kana: string | undefined,
  romaji: string,
  role: SamplePerson["role"],
  titleJa: string,
  titleEn: string,
];

const PEOPLE: Readonly<Record<UnitKey, readonly Row[]>> = {
  hq: [
    ["m.minato", "湊 雅彦", "みなと まさひこ", "Minato Masahiko", "executive", "代表取締役社長", "President"],
    ["a.kurosawa", "黒澤 晶", "くろさわ あきら", "Kurosawa Akira", "ciso", "情報セキュリティ統括責任者", "CISO"],
    ["m.sato", "佐藤 美咲", "さとう みさき", "Sato Misaki", "analyst", "SOCアナリスト", "SOC analyst"],
    ["k.takahashi", "髙橋 健", "たかはし けん", "Takahashi Ken", "analyst", "SOCアナリスト", "SOC analyst"],
    [
      "y.yamamoto",
      "山本 洋平",
      "やまもと ようへい",
      "Yamamoto Yohei",
      "system-administrator",
      "情報システム部",
      "IT administrator",
    ],
    ["e.watanabe", "渡邊 恵理", "わたなべ えり", "Watanabe Eri", "auditor", "内部監査室長", "Head of internal audit"],
    ["t.ito", "伊藤 拓海", "いとう たくみ", "Ito Takumi", "employee", "設計部", "Design engineer"],
    ["n.kobayashi", "小林 直子", "こばやし なおこ", "Kobayashi Naoko", "employee", "経理部", "Accounting"],
    ["r.yamazaki", "山﨑 涼", "やまざき りょう", "Yamazaki Ryo", "employee", "生産管理部", "Production control"],
  ],
  osaka: [
    ["h.nakamura", "中村 浩", "なかむら ひろし", "Nakamura Hiroshi", "executive", "営業所長", "Branch manager"],
    ["s.kato", "加藤 紗季", "かとう さき", "Kato Saki", "employee", "営業事務", "Sales administration"],
    ["d.yoshida", "吉田 大輔", "よしだ だいすけ", "Yoshida Daisuke", "employee", "営業", "Sales"],
    ["a.matsumoto", "松本 彩", "まつもと あや", "Matsumoto Aya", "employee", "営業", "Sales"],
  ],
  singapore: [
    ["wl.tan", "陳 偉倫", undefined, "Tan Wei Lun", "executive", "現地法人社長", "Managing director"],
    ["p.nair", "Priya Nair", undefined, "Priya Nair", "system-administrator", "IT担当", "IT administrator"],
    ["n.binti", "Nurul Aisyah binti Rahman", undefined, "Nurul Aisyah binti Rahman", "employee", "購買", "Procurement"],
    ["j.lim", "Lim Jia Hui", undefined, "Lim Jia Hui", "employee", "営業", "Sales"],
  ],
  supplier: [
    ["kitano", "北野 悟", "きたの さとる", "Kitano Satoru", "supplier-contact", "代表", "Owner"],
    ["ogawa", "小川 真由", "おがわ まゆ", "Ogawa Mayu", "supplier-contact", "受発注担当", "Order desk"],
    ["fujii", "藤井 淳", "ふじい じゅん", "Fujii Jun", "employee", "製造", "Production"],
  ],
};

const PREFIX: Readonly<Record<UnitKey, string>> = { hq: "hq", osaka: "osk", singapore: "sgp", supplier: "ktn" };

export const unitOf = (key: UnitKey): SampleUnit => {
  const unit = SAMPLE_UNITS.find((candidate) => candidate.key === key);
  if (unit === undefined) throw new RangeError(`no such unit: ${key}`);
  return unit;
};

export const SAMPLE_PEOPLE: readonly SamplePerson[] = UNIT_KEYS.flatMap((unit) =>
  PEOPLE[unit].map(([account, name, kana, romaji, role, ja, en], index) => ({
    unit,
    account,
    name,
    kana,
    romaji,
    locale: unit === "singapore" ? ("en" as const) : ("ja" as const),
    title: { ja, en },
    role,
    workstation: `${PREFIX[unit]}-pc${String(index + 101)}`,
    ip: `${unitOf(unit).network}.10.${String(index + 21)}`,
  })),
);

const host = (unit: UnitKey, purpose: SampleHost["purpose"], name: string, last: number): SampleHost => ({
  unit,
  purpose,
  name: `${PREFIX[unit]}-${name}`,
  ip: `${unitOf(unit).network}.0.${last}`,
});

export const SAMPLE_HOSTS: readonly SampleHost[] = [
  host("hq", "firewall", "fw01", 1),
  host("hq", "proxy", "proxy01", 8),
  host("hq", "dns", "dns01", 53),
  host("hq", "web", "web01", 80),
  host("hq", "domain-controller", "dc01", 10),
  host("hq", "file-server", "fs01", 20),
  host("hq", "linux", "lx01", 31),
  host("osaka", "firewall", "fw01", 1),
  host("osaka", "dns", "dns01", 53),
  host("singapore", "firewall", "fw01", 1),
  host("singapore", "proxy", "proxy01", 8),
  host("singapore", "dns", "dns01", 53),
  host("singapore", "web", "web01", 80),
  host("supplier", "firewall", "fw01", 1),
  host("supplier", "linux", "edi01", 31),
];

/** A unit's device for a purpose; branches without one of their own use the head office's. */
export function hostFor(unit: UnitKey, purpose: SampleHost["purpose"]): SampleHost {
  const own = SAMPLE_HOSTS.find((candidate) => candidate.unit === unit && candidate.purpose === purpose);
  const central = SAMPLE_HOSTS.find((candidate) => candidate.unit === "hq" && candidate.purpose === purpose);
  const found = own ?? central;
  if (found === undefined) throw new RangeError(`no ${purpose} anywhere`);
  return found;
}

export function personOf(account: string): SamplePerson {
  const person = SAMPLE_PEOPLE.find((candidate) => candidate.account === account);
  if (person === undefined) throw new RangeError(`no such person: ${account}`);
  return person;
}

export const emailOf = (person: SamplePerson): string => `${person.account}@${unitOf(person.unit).emailDomain}`;

/** Windows' name of the domain, and the DNS one. */
export const WINDOWS_DOMAIN = { netbios: "MINATO", dns: "ad.minato-seiki.example" } as const;
