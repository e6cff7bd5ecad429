/** Numbers as people read them: `13,000,000` in tables, `1,300万` or `13M` in headlines. */
const plain = new Intl.NumberFormat("en-US");
const compact = {
  ja: new Intl.NumberFormat("ja-JP", { notation: "compact", maximumSignificantDigits: 4 }),
  en: new Intl.NumberFormat("en-US", { notation: "compact", maximumSignificantDigits: 3 }),
};

export const formatCount = (count: number): string => plain.format(count);

export function formatHeadline(count: number, language: "ja" | "en"): string {
  return Math.abs(count) < 100_000 ? plain.format(count) : compact[language].format(count);
}

/** A share 0–1 as `12.3%`; small but present shares never read as 0. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.001) return "<0.1%";
  return `${(share * 100).toFixed(share >= 0.1 || share === 0 ? 0 : 1)}%`;
}

export function formatBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let rest = bytes;
  let unit = 0;
  while (rest >= 1024 && unit < units.length - 1) {
    rest /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? rest : rest.toFixed(1)} ${units[unit] ?? "B"}`;
}

export function formatRate(perSecond: number): string {
  if (perSecond > 0 && perSecond < 0.1) return perSecond.toFixed(3);
  return perSecond < 10 ? perSecond.toFixed(1) : plain.format(Math.round(perSecond));
}
