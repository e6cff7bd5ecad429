import type { Part } from "../contract.ts";
import { VERBS } from "./verbs.ts";
import type { Advice, Deed, Digest, Words } from "./words.ts";

type Piece = string | Part;

const QUESTION = {
  when: "いつ",
  who: "誰が",
  whereFrom: "どこから",
  withWhat: "何で",
  what: "何を",
  didWhat: "どうした",
} as const;

const STEP = {
  reconnaissance: "偵察",
  weaponization: "準備",
  delivery: "配送",
  exploitation: "攻撃",
  installation: "実装",
  "command-and-control": "操作",
  actions: "達成",
} as const;

const LEAD = {
  reconnaissance: " から、侵入先を探る動きがありました。",
  weaponization: " から、攻撃の準備とみられる動きがありました。",
  delivery: " から、侵入の入り口となる動きがありました。",
  exploitation: " から、弱点の悪用や不正なプログラムの実行とみられる動きがありました。",
  installation: " から、居座りや権限の拡大、痕跡の隠蔽とみられる動きがありました。",
  "command-and-control": " から、外部からの遠隔操作とみられる通信がありました。",
  actions: " から、認証情報の窃取や横展開、持ち出しなど、目的の達成に向けた動きがありました。",
} as const;

/** A、B、C and how many more. */
function listed(parts: readonly Part[], more = 0, unit = "件"): Piece[] {
  const joined = parts.flatMap((part, i): Piece[] => (i === 0 ? [part] : ["、", part]));
  return more > 0 ? [...joined, `ほか ${more} ${unit}`] : joined;
}

function deed({ at, who, whereFrom, withWhat, what, didWhat, isLocal, times, until }: Deed): Piece[] {
  const verb = VERBS[didWhat];
  const pieces: Piece[] = [at, "、"];
  if (who) pieces.push(who, "が");
  if (whereFrom) pieces.push(whereFrom, isLocal ? "で" : "から");
  if (withWhat) pieces.push(withWhat, isLocal ? "を使い、" : "で");
  if (what) pieces.push(what, verb?.particle ?? "を");
  pieces.push({
    text: verb?.ja ?? (didWhat === "" ? "操作しました" : `${didWhat} しました`),
    question: "didWhat",
    value: didWhat,
  });
  if (times > 1) pieces.push("（", ...(until ? [until, " までに "] : []), `${times} 回）`);
  return [...pieces, "。"];
}

function digest(of: Digest): Piece[][] {
  const span: Piece[] = of.last ? [of.first, " から ", of.last, " にかけて、"] : [of.first, " に、"];
  const where: Piece[] = of.hosts.length > 0 ? [...listed(of.hosts, of.moreHosts, "台"), "で"] : [];
  const steps = of.steps.length > 0 ? `「${of.steps.map((step) => STEP[step]).join("・")}」の段階にあたる` : "不審な";
  const count = `（検知 ${of.detections} 件、アラート ${of.alerts} 件）。`;
  return [[...span, ...where, `${steps}動きを検知しました${count}`], actors(of), standing(of)];
}

function actors({ who, whereFrom, withWhat, what }: Digest): Piece[] {
  const subject: Piece[] =
    who.length > 0 ? [...listed(who), " のアカウントが使われ、"] : ["誰が行ったかはわかっていませんが、"];
  const from: Piece[] = whereFrom.length > 0 ? [...listed(whereFrom), " を起点に"] : [];
  const tools: Piece[] = withWhat.length > 0 ? [...listed(withWhat), " を用いて"] : [];
  const target: Piece[] =
    what.length > 0 ? [...listed(what), " などへの操作が行われました。"] : ["操作が行われました。"];
  const middle = [...from, ...(from.length > 0 && tools.length > 0 ? ["、"] : []), ...tools];
  return [...subject, ...middle, ...(middle.length > 0 ? ["、"] : []), ...target];
}

function standing({ known, gap, next }: Digest): Piece[] {
  const answered =
    known === 6 ? "6つの問いにはすべて答えが出ています。" : `6つの問いのうち ${known} つがわかっています。`;
  if (gap) return [answered, `残る「${gap.subject}」を明らかにするため、${gap.lookIn}を確認してください。`];
  return [answered, ...next];
}

function advice(of: Advice): Piece[] {
  switch (of.kind) {
    case "closed":
      return ["このインシデントは完了しています。"];
    case "no-alerts":
      return ["閲覧できるアラートがないため、経緯を示せません。"];
    case "contain":
      return of.hosts.length > 0
        ? [...listed(of.hosts), " の封じ込めが必要かどうかを、まず判断してください。"]
        : ["封じ込めが必要かどうかを、まず判断してください。"];
    case "find-out":
      return [`「${of.subject}」を明らかにするため、${of.lookIn}を確認してください。`];
    case "recover":
      return ["原因を取り除き、復旧したことを確かめてから完了にしてください。"];
  }
}

export const JAPANESE: Words = {
  deed,
  chapter: (step, at) => (step ? [at, LEAD[step]] : [at, " から、どの段階にも割り当てられていない動きがありました。"]),
  digest,
  advice,
  verb: (didWhat) => VERBS[didWhat]?.ja ?? didWhat,
  question: QUESTION,
  step: STEP,
  questionGap: (question) => `「${QUESTION[question]}」に答える記録がまだありません。`,
  stepGap: (step) =>
    ({
      reconnaissance: "事前に探られた形跡が見つかっていません。",
      weaponization: "攻撃の準備の形跡が見つかっていません。",
      delivery: "どこから入られたのかがわかっていません。",
      exploitation: "どのように実行されたのかがわかっていません。",
      installation: "居座るための仕掛けが残っていないかがわかっていません。",
      "command-and-control": "外部と通信していたかがわかっていません。",
      actions: "何を達成されたのか（窃取、持ち出し、破壊）がわかっていません。",
    })[step],
  logs: {
    "sign-ins": "認証ログ（Windows セキュリティログ、Linux の認証ログ、SSO）",
    vpn: "VPN・リモートアクセスのログ",
    addresses: "DHCP の割り当てログ",
    firewall: "ファイアウォールのログ",
    proxy: "プロキシのログ",
    dns: "DNS の問い合わせログ",
    mail: "メールゲートウェイのログ",
    processes: "プロセスの起動ログ（Sysmon、EDR、auditd）",
    files: "ファイル操作の監査ログ",
    web: "公開 Web サーバーのログ",
    clock: "送信元の時計の設定",
    raw: "元のログの原文",
  },
};
