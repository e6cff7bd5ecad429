import { Button, Checkbox, Group, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { type FormEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../../api/client.ts";
import { checkRule, createRule, type RuleCheckResult, ruleQuery, updateRule } from "../../../api/rules.ts";
import { Severity } from "../../../parts/severity.tsx";
import { confirm } from "../../../ui/confirm.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import classes from "./rule-page.module.css";
import { TRIAL_DAYS, trialEnd } from "./trial.tsx";
import { TryPanel } from "./try-panel.tsx";

const LINE_PX = 20;

export function NewRulePage() {
  const { t } = useTranslation("rules");
  const { copy } = useSearch({ from: "/frame/rules/new" });
  const { data, error } = useQuery({ ...ruleQuery(copy ?? ""), enabled: copy !== undefined });
  return (
    <Page title={t("editor.newTitle")} lead={t("editor.lead")}>
      {error ? <ProblemNote error={error} /> : null}
      {copy !== undefined && !data && !error ? <RowsSkeleton rows={12} /> : null}
      {copy === undefined ? <Editor initial={template(t)} /> : null}
      {data ? <Editor initial={data.text} hint={t("editor.copyHint")} /> : null}
    </Page>
  );
}

export function EditRulePage() {
  const { t } = useTranslation("rules");
  const { id } = useParams({ from: "/frame/rules/$id/edit" });
  const { data, error } = useQuery(ruleQuery(id));
  return (
    <Page title={data ? t("editor.editTitle", { title: data.title }) : t("editor.newTitle")} lead={t("editor.lead")}>
      {error ? <ProblemNote error={error} /> : null}
      {!data && !error ? <RowsSkeleton rows={12} /> : null}
      {data ? <Editor key={data.version} initial={data.text} edited={{ id, version: data.version ?? 1 }} /> : null}
    </Page>
  );
}

type EditorProps = {
  readonly initial: string;
  readonly hint?: string;
  /** The own rule being changed; absent for a new one. */
  readonly edited?: { readonly id: string; readonly version: number };
};

/** Sigma in a plain text field with line numbers; every pause in typing asks the compiler, which names the faulty line. */
function Editor({ initial, hint, edited }: EditorProps) {
  const { t } = useTranslation(["rules", "shell"]);
  const [text, setText] = useState(initial);
  const [comment, setComment] = useState("");
  const [isTrial, setTrial] = useState(edited === undefined);
  const [settled] = useDebouncedValue(text, 500);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const check = useQuery({
    queryKey: ["rules", "check", settled],
    queryFn: () => checkRule(settled),
    enabled: settled.trim() !== "",
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10_000,
  });
  const save = useMutation({
    mutationFn: (acceptBroken: boolean) =>
      edited
        ? updateRule(edited.id, { text, comment, version: edited.version, acceptBroken })
        : createRule({ text, comment, ...(isTrial && { trialUntil: trialEnd() }) }),
    onSuccess: async (rule) => {
      await queryClient.invalidateQueries({ queryKey: ["rules"] });
      toastDone(t("rules:editor.saved", { title: rule.title }));
      await navigate({ to: "/rules/$id", params: { id: rule.id } });
    },
    onError: async (error) => {
      const count = brokenBy(error);
      if (count === 0) return;
      const body = t("rules:samples.brokenBody", { count });
      const action = t("rules:samples.saveAnyway");
      const isSure = await confirm({ title: t("rules:samples.brokenTitle"), body, action, isDestructive: true });
      if (isSure !== undefined) save.mutate(true);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate(false);
  };
  const faulty = check.data?.ok === false ? check.data.line : lineOf(save.error);
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 16 }}>
      {hint ? <p className={classes.note}>{hint}</p> : null}
      <CodeField
        text={text}
        onChange={setText}
        faulty={faulty}
        odd={new Set(check.data?.findings.map(({ line }) => line))}
      />
      <div aria-live="polite">
        {check.data ? (
          <>
            <CheckNote result={check.data} />
            <FindingList findings={check.data.findings} />
          </>
        ) : null}
      </div>
      <TryPanel text={text} ruleId={edited?.id} />
      {save.error && brokenBy(save.error) === 0 ? <ProblemNote error={save.error} /> : null}
      <TextInput
        label={t("rules:editor.comment")}
        description={t("rules:editor.commentHint")}
        value={comment}
        onChange={(event) => setComment(event.currentTarget.value)}
        maxLength={500}
        maw={560}
      />
      {edited ? null : (
        <Checkbox
          label={t("rules:trial.first", { days: TRIAL_DAYS })}
          description={t("rules:trial.meaning")}
          checked={isTrial}
          onChange={(event) => setTrial(event.currentTarget.checked)}
        />
      )}
      <Group gap="xs">
        <Button type="submit" loading={save.isPending} disabled={check.data?.ok === false || text.trim() === ""}>
          {t("rules:editor.save")}
        </Button>
        <LinkButton to="/rules" variant="subtle">
          {t("shell:action.cancel")}
        </LinkButton>
      </Group>
    </form>
  );
}

/** How many samples a refused change gets wrong. */
const brokenBy = (error: unknown): number =>
  error instanceof ApiProblem && Array.isArray(error.facts.broken) ? error.facts.broken.length : 0;

const lineOf = (error: unknown): number | undefined =>
  error instanceof ApiProblem && typeof error.facts.line === "number" ? error.facts.line : undefined;

type CodeProps = {
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly faulty: number | undefined;
  /** Lines that lint has something to say of. */
  readonly odd: ReadonlySet<number>;
};

function CodeField({ text, onChange, faulty, odd }: CodeProps) {
  const { t } = useTranslation("rules");
  const hintId = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const lines = text.split("\n").length;
  return (
    <div>
      <div className={classes.editor}>
        <ol className={classes.lines} aria-hidden>
          {Array.from({ length: lines }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <li key={i} data-faulty={faulty === i + 1 || undefined} data-odd={odd.has(i + 1) || undefined}>
              {i + 1}
            </li>
          ))}
        </ol>
        <textarea
          ref={field}
          className={classes.text}
          style={{ height: Math.max(420, lines * LINE_PX + 24) }}
          aria-label={t("editor.field")}
          aria-describedby={hintId}
          aria-invalid={faulty !== undefined}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
          spellCheck={false}
          autoCapitalize="off"
          maxLength={200_000}
        />
      </div>
      <p id={hintId} className={classes.small}>
        {t("editor.fieldHint")}
      </p>
    </div>
  );
}

function CheckNote({ result }: { readonly result: RuleCheckResult }) {
  const { t } = useTranslation("rules");
  if (result.ok)
    return (
      <p className={classes.check}>
        {t("editor.ok")} <Severity level={result.level} isQuiet /> {result.title}
      </p>
    );
  return (
    <p className={classes.check} data-faulty>
      {result.line === undefined ? "" : `${t("editor.line", { line: result.line })} `}
      {result.reason}
    </p>
  );
}

/** Advice, not refusal: the rule can be saved all the same. */
function FindingList({ findings }: Pick<RuleCheckResult, "findings">) {
  const { t } = useTranslation("rules");
  if (findings.length === 0) return null;
  return (
    <ul className={classes.findings} aria-label={t("lint.title")}>
      {findings.map(({ code, line, column, values, message }) => (
        <li key={`${code} ${line}:${column} ${message}`}>
          {t("editor.line", { line })} {t(`lint.${code}`, { ...values, defaultValue: message })}
        </li>
      ))}
    </ul>
  );
}

const template = (t: (key: string) => string): string => `title: ${t("editor.templateTitle")}
id: ${crypto.randomUUID?.() ?? ""}
status: experimental
description: ${t("editor.templateDescription")}
author: 
tags:
    - attack.execution
    - attack.t1059.001
logsource:
    product: windows
    category: process_creation
detection:
    selection:
        Image|endswith: '\\powershell.exe'
        CommandLine|contains: ' -enc'
    condition: selection
falsepositives:
    - Unknown
level: medium
`;
