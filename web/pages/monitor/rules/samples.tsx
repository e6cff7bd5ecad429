import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { deleteSample, type RuleDetail, samplesQuery } from "../../../api/rules.ts";
import { meQuery } from "../../../api/session.ts";
import { CheckIcon, XIcon } from "../../../ui/icons.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./try.module.css";

/** The events kept with an own rule, and whether the rule gets them right now. Events of any unit: for group-wide writers alone. */
export function Samples({ rule }: { readonly rule: RuleDetail }) {
  const { t } = useTranslation("rules");
  const { data: me } = useQuery(meQuery);
  const maySee = me?.units.some(({ parentId, permissions }) => parentId === null && permissions.includes("rule:write"));
  const { data, error } = useQuery({ ...samplesQuery(rule.id), enabled: maySee === true });
  const queryClient = useQueryClient();
  const removal = useMutation({
    mutationFn: (sampleId: string) => deleteSample(rule.id, sampleId),
    onSuccess: (left) => queryClient.setQueryData(samplesQuery(rule.id).queryKey, left),
  });
  if (maySee !== true) return null;
  return (
    <Section title={t("samples.title")}>
      <p className={classes.small}>{t("samples.lead")}</p>
      {(error ?? removal.error) ? <ProblemNote error={error ?? removal.error} /> : null}
      {data?.items.length === 0 ? <p className={classes.small}>{t("samples.none")}</p> : null}
      <ul className={classes.samples}>
        {data?.items.map(({ id, expected, text, note, by, at, fires }) => {
          const isRight = fires === (expected === "hit");
          return (
            <li key={id}>
              <span className={classes.verdict} data-wrong={!isRight || undefined}>
                {isRight ? <CheckIcon size={13} aria-hidden /> : <XIcon size={13} aria-hidden />}{" "}
                {t(`samples.${expected}`)}: {t(isRight ? "samples.right" : "samples.wrong")}
              </span>
              <code className={classes.line}>{text}</code>
              <span className={classes.small}>
                {note ? `${note} · ` : ""}
                {by.name} · <Instant at={at} />
              </span>
              <Button
                size="compact-xs"
                variant="subtle"
                color="shu"
                aria-label={t("samples.deleteOf", { name: by.name })}
                onClick={() => removal.mutate(id)}
              >
                {t("samples.delete")}
              </Button>
            </li>
          );
        })}
      </ul>
    </Section>
  );
}
