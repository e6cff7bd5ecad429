import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { keepSample, type RuleTryResult } from "../../../api/rules.ts";
import { formatCount } from "../../../ui/figures.ts";
import { CheckIcon, XIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./try.module.css";

type OutcomeProps = { readonly result: RuleTryResult; readonly events: string; readonly ruleId: string | undefined };

export function TryOutcome({ result, events, ruleId }: OutcomeProps) {
  const { t } = useTranslation("rules");
  if (!result.ok)
    return (
      <p className={classes.fault}>
        {result.line === undefined ? "" : t("editor.line", { line: result.line })} {result.reason}
      </p>
    );
  const lines = events.split(/\r?\n/).filter((line) => line.trim() !== "");
  const isByLine = lines.length === result.events.length + result.leftOut;
  const textAt = (at: number) => {
    const stored = result.events[at]?.stored;
    if (stored) return stored.isCut ? undefined : stored.text;
    return isByLine ? lines[at] : undefined;
  };
  const hits = result.events.filter(({ fires }) => fires).length;
  return (
    <>
      <p className={classes.summary}>
        {t("try.summary", {
          count: result.events.length,
          hits: formatCount(hits),
          text: formatCount(result.events.length),
        })}
      </p>
      <ol className={classes.tried}>
        {result.events.map((event, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: an event is its place in the text
          <li key={at}>
            <TriedEvent event={event} number={at + 1} />
            {ruleId && textAt(at) ? <Keep ruleId={ruleId} line={textAt(at) ?? ""} /> : null}
          </li>
        ))}
      </ol>
      {result.leftOut > 0 ? <p>{t("try.leftOut", { count: result.leftOut })}</p> : null}
      {ruleId ? null : <p className={classes.small}>{t("try.keepAfter")}</p>}
    </>
  );
}

type Tried = Extract<RuleTryResult, { ok: true }>["events"][number];

function TriedEvent({ event, number }: { readonly event: Tried; readonly number: number }) {
  const { t } = useTranslation("rules");
  const logsource = Object.values(event.logsource).filter(Boolean).join(" / ") || t("try.unknownLogs");
  return (
    <>
      <p>
        {event.stored ? (
          <Link to="/search" search={{ event: event.stored.id, at: event.stored.time }}>
            <Instant at={event.stored.time} />
          </Link>
        ) : (
          t("try.event", { number })
        )}{" "}
        <strong data-fires={event.fires}>{t(event.fires ? "try.fires" : "try.silent")}</strong>{" "}
        <span className={classes.small}>{[logsource, event.dataset].filter(Boolean).join(" · ")}</span>
      </p>
      {event.stored ? <code className={classes.line}>{event.stored.text}</code> : null}
      {event.problem ? <p className={classes.small}>{t("try.problem", { problem: event.problem })}</p> : null}
      {event.fits ? null : <p className={classes.small}>{t("try.wrongLogs", { logsource })}</p>}
      {event.selections.length > 0 ? (
        <ul className={classes.selections}>
          {event.selections.map((selection) => (
            <li key={selection.name}>
              <Verdict holds={selection.holds} /> <code>{selection.name}</code>
              <ul>
                {selection.parts.map((part) => (
                  <li key={part.key}>
                    <Verdict holds={part.holds} /> <code>{part.key}</code>{" "}
                    <span className={classes.small}>
                      {part.found
                        ? `${part.found.name} = ${part.found.value}`
                        : part.key.startsWith("#")
                          ? ""
                          : t("try.absent")}
                    </span>
                  </li>
                ))}
              </ul>
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

function Verdict({ holds }: { readonly holds: boolean }) {
  const { t } = useTranslation("rules");
  return (
    <span className={classes.verdict} data-holds={holds}>
      {holds ? <CheckIcon size={13} aria-hidden /> : <XIcon size={13} aria-hidden />}{" "}
      {t(holds ? "try.holds" : "try.fails")}
    </span>
  );
}

function Keep({ ruleId, line }: { readonly ruleId: string; readonly line: string }) {
  const { t } = useTranslation("rules");
  const queryClient = useQueryClient();
  const keep = useMutation({
    mutationFn: (expected: "hit" | "miss") => keepSample(ruleId, { expected, text: line }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["rules", "samples", ruleId] });
      toastDone(t("try.kept"));
    },
  });
  return (
    <p>
      {(["hit", "miss"] as const).map((expected) => (
        <Button
          key={expected}
          size="compact-xs"
          variant="subtle"
          disabled={keep.isPending || keep.isSuccess}
          onClick={() => keep.mutate(expected)}
        >
          {t(expected === "hit" ? "try.keepHit" : "try.keepMiss")}
        </Button>
      ))}
      {keep.error ? <ProblemNote error={keep.error} /> : null}
    </p>
  );
}
