import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type ParserDetail, readParserVersion, rollBackParser } from "../../../api/parsers.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./parsers.module.css";

type VersionsProps = {
  readonly parser: ParserDetail;
  readonly mayWrite: boolean;
  readonly onLoad: (text: string) => void;
};

/** What was published, newest first; an earlier one can be looked at or put in force again. */
export function Versions({ parser, mayWrite, onLoad }: VersionsProps) {
  const { t } = useTranslation("parsers");
  const queryClient = useQueryClient();
  const load = useMutation({
    mutationFn: (version: number) => readParserVersion(parser.id, version),
    onSuccess: ({ text }) => onLoad(text),
  });
  const rollback = useMutation({
    mutationFn: (version: number) => rollBackParser(parser.id, { revision: parser.revision, version }),
    onSuccess: async ({ text, publishedVersion }) => {
      onLoad(text);
      await queryClient.invalidateQueries({ queryKey: ["parsers"] });
      toastDone(t("done.published", { version: publishedVersion }));
    },
  });
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
            <Button size="compact-xs" variant="default" onClick={() => load.mutate(version)}>
              {t("versions.load")}
            </Button>
            {mayWrite && version !== parser.publishedVersion ? (
              <Button size="compact-xs" variant="default" onClick={() => rollback.mutate(version)}>
                {t("versions.rollback")}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </Section>
  );
}
