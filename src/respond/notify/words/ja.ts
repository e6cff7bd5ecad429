import type { Words } from "./shape.ts";

export const ja: Words = {
  titles: {
    "incident-opened": ({ number, severity, title }) =>
      `インシデント INC-${number} が登録されました（重大度：${severity}）：${title}`,
    "incident-raised": ({ number, before, severity, title }) =>
      `INC-${number} の重大度が「${before}」から「${severity}」に上がりました：${title}`,
    "incident-assigned": ({ number, title, actor }) =>
      `INC-${number} の担当になりました（割り当て：${actor}）：${title}`,
    "alert-critical": ({ rule, entity, alerts, actor }) =>
      alerts === undefined
        ? `重大度「緊急」のアラート：${rule}（${entity}）`
        : `${actor} が ${alerts} 件のアラートの重大度を「緊急」と判定しました`,
    "duty-clock": ({ number, percent, entry, stage, due }) =>
      `INC-${number}：「${entry} – ${stage}」の期限までの時間が ${percent}% 経過しました（期限 ${due}）`,
    "crisis-phase": ({ number, phase, declaration, title }) =>
      declaration === "corrected"
        ? `INC-${number}：段階「${phase}」の時刻が訂正されました（${title}）`
        : declaration === "returned"
          ? `INC-${number} が段階「${phase}」に戻りました（${title}）`
          : `INC-${number} が段階「${phase}」に入りました（${title}）`,
    "source-silent": ({ source }) => `ログソース「${source}」からログが届いていません`,
    "collection-stopped": ({ entity }) => `${entity} でログの収集が止まっています`,
    "task-assigned": ({ number, task }) => `INC-${number} のタスクの担当になりました：${task}`,
    "task-due": ({ number, task, due }) => `INC-${number} のタスクの期限は ${due} です：${task}`,
    "on-call": ({ about, joined, step }) =>
      `呼び出しです（第${step}段階）：${about}${joined ? `、ほか${joined}件` : ""}`,
    "call-answered": ({ about, actor }) => `${actor} が呼び出しに応答しました：${about}`,
    "call-unanswered": ({ about }) => `呼び出しに誰も応答しませんでした：${about}`,
  },
  severity: { critical: "緊急", high: "高", medium: "中", low: "低", informational: "情報" },
  phase: {
    sign: "前兆把握",
    anomaly: "異常察知",
    discovered: "事故発覚",
    understood: "攻撃把握",
    contained: "封じ込め",
    scoped: "影響特定",
    eradicated: "根絶／再構築",
    workaround: "暫定復旧",
    restored: "復旧宣言",
    prevented: "再発防止",
  },
  open: "Yagura で開く",
  more: (count) => `ほか ${count} 件`,
  several: (count) => `${count} 件の通知`,
  footer: "Yagura からの通知です。受け取る内容と方法は、アプリの「通知」で選べます。",
  test: "これは Yagura からのテスト通知です。",
};
