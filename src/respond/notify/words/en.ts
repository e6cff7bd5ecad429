import type { Words } from "./shape.ts";

export const en: Words = {
  titles: {
    "incident-opened": ({ number, severity, title }) => `INC-${number} was opened (${severity}): ${title}`,
    "incident-raised": ({ number, before, severity, title }) =>
      `INC-${number} was raised from ${before} to ${severity}: ${title}`,
    "incident-assigned": ({ number, title, actor }) => `${actor} gave you INC-${number}: ${title}`,
    "alert-critical": ({ rule, entity, alerts, actor }) =>
      alerts === undefined
        ? `Critical alert: ${rule} (${entity})`
        : `${alerts} alerts were judged critical by ${actor}`,
    "duty-clock": ({ number, percent, entry, stage, due }) =>
      `INC-${number}: ${percent}% of the time for ${entry} – ${stage} has passed (due ${due})`,
    "crisis-phase": ({ number, phase, declaration, title }) =>
      declaration === "corrected"
        ? `INC-${number}: the time of the phase “${phase}” was corrected (${title})`
        : declaration === "returned"
          ? `INC-${number} returned to the phase “${phase}” (${title})`
          : `INC-${number} entered the phase “${phase}” (${title})`,
    "source-silent": ({ source }) => `Nothing comes from the log source ${source}`,
    "collection-stopped": ({ entity }) => `No logs come in at ${entity}: collection has stopped`,
    "task-assigned": ({ number, task }) => `You have a task in INC-${number}: ${task}`,
    "task-due": ({ number, task, due }) => `Your task in INC-${number} is due at ${due}: ${task}`,
    "on-call": ({ about, joined, step }) =>
      `You are being called (step ${step}): ${about}${joined ? ` and ${joined} more` : ""}`,
    "call-answered": ({ about, actor }) => `${actor} answered the call: ${about}`,
    "call-unanswered": ({ about }) => `Nobody answered the call: ${about}`,
  },
  severity: {
    critical: "critical",
    high: "high",
    medium: "medium",
    low: "low",
    informational: "informational",
  },
  phase: {
    sign: "Signs understood",
    anomaly: "Anomaly noticed",
    discovered: "Incident discovered",
    understood: "Attack understood",
    contained: "Contained",
    scoped: "Impact determined",
    eradicated: "Eradicated or rebuilt",
    workaround: "Provisional recovery",
    restored: "Recovery declared",
    prevented: "Recurrence prevented",
  },
  open: "Open in Yagura",
  more: (count) => `and ${count} more`,
  several: (count) => `${count} notifications`,
  footer: "Sent by Yagura. What you are told, and how, is yours to choose under Notifications in the app.",
  test: "This is a test message from Yagura.",
};
