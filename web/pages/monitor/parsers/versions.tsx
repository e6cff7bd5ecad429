import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type ParserDetail, readParserVersion, rollBackParser } from "../../../api/parsers.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./parsers.module.css";

type VersionsProps = {
  readonly parser: ParserDetail;
  readonly mayWrite: boolean;
  /** What is in the editor is stored nowhere: it is asked for before it is replaced. */
  readonly isUnsaved: boolean;
  readonly onLoad: (text: string) => void;
  readonly onRolledBack: (parser: ParserDetail) => void;
};

/** What was published, newest first; an earlier one can be looked at or put in force again. */
export function Versions({ parser, mayWrite, isUnsaved, onLoad, onRolledBack }: VersionsProps) {
  const { t } = useTranslation("parsers");
  const queryClient = useQueryClient();
  const load = useMutation({
    mutationFn: (version: number) => readParserVersion(parser.id, version),
    onSuccess: ({ text }) => onLoad(text),
  });
  const rollback = useMutation({
    mutationFn: (version: number) => rollBackParser(parser.id, { revision: parser.revision, version }),
    onSuccess: async (stored) => {
      const { publishedVersion } = stored;
      onRolledBack(stored);
      await queryClient.invalidateQueries({ queryKey: ["parsers"] });
      toastDone(t("done.published", { version: publishedVersion }));
    },
  });
  const replace = async (work: (version: number) => void, version: number) => {
    const question = { title: t("replace.title"), body: t("replace.body"), action: t("replace.action") };
    if (!isUnsaved || (await confirm(question)) !== undefined) work(version);
  };
  if (parser.versions.length === 0) return null;
  const problem = load.error ?? rollback.error;
  return (
    <Section title={t("versions.title")}>
      {problem ? <ProblemNote error={problem} /> : null}
      <ul className={classes.versions}>
        {parser.versions.map(({ version, at, by }) => (
          <li key={version} className={classes.bar}>
            <strong>{t("versions.version", { version })}</strong>
            <span className={classes.small}>
              <Instant at={at} /> · {by.name}
            </span>
            {version === parser.publishedVersion ? <span>{t("versions.inForce")}</span> : null}
            <Button size="compact-xs" variant="default" onClick={() => void replace(load.mutate, version)}>
              {t("versions.load")}
            </Button>
            {mayWrite && version !== parser.publishedVersion ? (
              <Button size="compact-xs" variant="default" onClick={() => void replace(rollback.mutate, version)}>
                {t("versions.rollback")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}
