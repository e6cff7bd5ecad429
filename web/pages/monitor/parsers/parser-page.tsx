import { Button, Textarea } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type ParserDetail, parserQuery, tryParser } from "../../../api/parsers.ts";
import { meQuery } from "../../../api/session.ts";
import { Page, Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { CodeField } from "./code-field.tsx";
import { EXAMPLE_LINE, exampleOf, idIn } from "./example.ts";
import { adopted, isUnsaved } from "./held.ts";
import { takeImported } from "./imported.ts";
import { Lines, Problems, Tests } from "./outcome.tsx";
import { ParserActions } from "./parser-actions.tsx";
import classes from "./parsers.module.css";
import { TakeLines } from "./take-lines.tsx";
import { Versions } from "./versions.tsx";

export function NewParserPage() {
  const { t } = useTranslation("parsers");
  const { source } = useSearch({ from: "/frame/sources/parsers/new" });
  const [initial] = useState(() => takeImported() ?? exampleOf(t("example.title")));
  return (
    <Page title={t("newTitle")} lead={t("bench.lead")}>
      <Bench initial={initial} known={undefined} source={source} />
    </Page>
  );
}

export function ParserPage() {
  const { t } = useTranslation("parsers");
  const { id } = useParams({ from: "/frame/sources/parsers/$id" });
  const { source } = useSearch({ from: "/frame/sources/parsers/$id" });
  const { data, error } = useQuery(parserQuery(id));
  return (
    <Page title={data?.title ?? id} lead={t("bench.lead")}>
      {error ? <ProblemNote error={error} /> : null}
      {!data && !error ? <RowsSkeleton rows={12} /> : null}
      {data ? <Bench key={data.id} initial={data.text} known={data} source={source} /> : null}
    </Page>
  );
}

const MAX_LINES = 100;

type BenchProps = {
  readonly initial: string;
  readonly known: ParserDetail | undefined;
  /** Whose lines it is written for. */
  readonly source?: string | undefined;
};

/** Document at the left, lines at the right; every pause in typing reads the lines anew. */
function Bench({ initial, known, source }: BenchProps) {
  const { t } = useTranslation("parsers");
  const { data: me } = useQuery(meQuery);
  const [edited, setEdited] = useState({ text: initial, base: known });
  const held = adopted(edited, known);
  const { text, base } = held;
  const setText = (next: string) => setEdited({ text: next, base });
  /** What was stored is what the text goes on from; typing may have gone on meanwhile. */
  const setBase = (stored: ParserDetail) =>
    setEdited((before) => ({ text: adopted(before, known).text, base: stored }));
  const [pasted, setPasted] = useState(known === undefined && idIn(initial) === "acme-door" ? EXAMPLE_LINE : "");
  const [settled] = useDebouncedValue(`${text}\0${pasted}`, 400);
  const [settledText = "", settledLines = ""] = settled.split("\0");
  const lines = settledLines
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, MAX_LINES);
  const field = useRef<HTMLTextAreaElement>(null);
  const tried = useQuery({
    queryKey: ["parsers", "try", settledText, lines],
    queryFn: () => tryParser({ text: settledText, lines }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
  });
  const mayWrite = me?.permissions.includes("source:write") ?? false;
  const outcome = tried.data;
  const isSound =
    outcome !== undefined && !tried.isPlaceholderData && text === settledText && outcome.problems.length === 0;
  return (
    <>
      <ParserActions
        known={base}
        text={text}
        onStored={setBase}
        source={source}
        mayWrite={mayWrite}
        isReady={isSound && outcome.tests.every(({ isPassed }) => isPassed)}
      />
      <div className={classes.bench}>
        <div className={classes.stack}>
          <CodeField
            ref={field}
            text={text}
            onChange={setText}
            faulty={new Set(outcome?.problems.map(({ line }) => line))}
            isReadOnly={!mayWrite}
          />
          <div aria-live="polite" className={classes.stack}>
            {tried.error ? <ProblemNote error={tried.error} /> : null}
            {outcome ? <Problems tried={outcome} onGo={(line) => goTo(field.current, line)} /> : null}
            {outcome ? <Tests tried={outcome} /> : null}
          </div>
          {base ? (
            <Versions
              parser={base}
              mayWrite={mayWrite}
              isUnsaved={isUnsaved(held)}
              onLoad={setText}
              onRolledBack={(stored) => setEdited({ text: stored.text, base: stored })}
            />
          ) : null}
        </div>
        <div className={classes.stack}>
          <Section title={t("lines.title")}>
            <div className={classes.stack}>
              {me?.permissions.includes("event:read") ? (
                <TakeLines initial={source} onTake={(taken) => setPasted(taken.join("\n"))} />
              ) : null}
              <Textarea
                label={t("lines.label")}
                description={t("lines.hint", { count: MAX_LINES })}
                value={pasted}
                onChange={(event) => setPasted(event.currentTarget.value)}
                minRows={4}
                maxRows={12}
                autosize
                spellCheck={false}
                maxLength={200_000}
                classNames={{ input: classes.mono ?? "" }}
              />
              {pasted === "" ? null : (
                <div>
                  <Button size="compact-sm" variant="subtle" onClick={() => setPasted("")}>
                    {t("lines.clear")}
                  </Button>
                </div>
              )}
            </div>
          </Section>
          {outcome ? <Lines tried={outcome} lines={lines} /> : null}
        </div>
      </div>
    </>
  );
}

/** Puts the cursor at the beginning of a line. */
function goTo(field: HTMLTextAreaElement | null, line: number): void {
  if (field === null) return;
  const before = field.value
    .split("\n")
    .slice(0, line - 1)
    .join("\n").length;
  const at = line > 1 ? before + 1 : 0;
  field.focus();
  field.setSelectionRange(at, at);
}
