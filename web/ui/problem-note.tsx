import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/client.ts";
import { AlertTriangleIcon, RefreshIcon } from "./icons.ts";
import classes from "./notes.module.css";
import { useReason } from "./reasons/reasons.ts";

const KNOWN = new Set([
  "network",
  "unauthenticated",
  "forbidden",
  "not_found",
  "conflict",
  "invalid",
  "too_large",
  "over_limit",
  "upstream",
  "unavailable",
  "not_loaded",
]);

/** What went wrong in the reader's language, what to do about it, and the number that finds it in the server's log. */
export function useProblemText(): (error: unknown) => { title: string; advice: string; told: string; id: string } {
  const { t } = useTranslation("shell");
  const reason = useReason();
  return (error) => {
    const problem = error instanceof ApiProblem ? error : undefined;
    const isRefused = problem !== undefined && problem.status >= 400 && problem.status < 500;
    const code = problem && KNOWN.has(problem.code) ? problem.code : isRefused ? "invalid" : "bug";
    return {
      title: t(`problem.${code}.title`),
      advice: t(`problem.${code}.advice`),
      told: problem ? toldIn(problem, reason) : "",
      id: problem?.requestId ?? "",
    };
  };
}

function toldIn({ message, code, issues }: ApiProblem, reason: (english: string) => string): string {
  if (message === code) return "";
  // The server joins its issues into one line: each is a sentence of its own.
  if (issues.length === 0) return reason(message);
  return issues.map((issue) => `${issue.path}: ${reason(issue.message)}`).join("; ");
}

export function ProblemNote({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { t } = useTranslation("shell");
  const { title, advice, told, id } = useProblemText()(error);
  const reason = useReason();
  const issues = error instanceof ApiProblem ? error.issues : [];
  return (
    <div className={classes.problem} role="alert">
      <AlertTriangleIcon size={20} stroke={1.7} aria-hidden className={classes.problemIcon} />
      <div className={classes.problemWords}>
        <p className={classes.problemTitle}>{title}</p>
        <p>{advice}</p>
        {issues.length > 0 ? (
          <ul className={classes.issues}>
            {issues.map((issue) => (
              <li key={`${issue.path} ${issue.message}`}>
                <code>{issue.path}</code> {reason(issue.message)}
              </li>
            ))}
          </ul>
        ) : told ? (
          <p className={classes.told}>{told}</p>
        ) : null}
        {id ? <p className={classes.told}>{t("problem.requestId", { id })}</p> : null}
        {onRetry ? (
          <Button size="xs" variant="default" leftSection={<RefreshIcon size={14} />} onClick={onRetry} mt={8}>
            {t("action.retry")}
          </Button>
        ) : null}
      </div>
    </div>
  );
}
