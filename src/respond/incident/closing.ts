/**
 * Why Yagura itself closed an incident, as it is stored in place of a person's words: the web says it in the reader's language. What
 * follows the last colon of `merged` is a person's own reason.
 */
export const CLOSED_BY_ITSELF = {
  withdrawn: (score: number, threshold: number) => `yagura:withdrawn:${score}:${threshold}`,
  dispersed: () => "yagura:dispersed",
  absorbed: () => "yagura:absorbed",
  yielded: (into: string) => `yagura:yielded:${into}`,
  movedBack: (into: string) => `yagura:moved-back:${into}`,
  merged: (into: string, reason: string) => `yagura:merged:${into}:${reason}`,
} as const;
