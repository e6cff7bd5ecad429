import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type EntityWindow, entityEventsQuery } from "../../../api/entities.ts";
import { SixSentence } from "../../../parts/six-sentence.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "./entity.module.css";

/** Its newest events of the window, each told as a sentence whose parts lead on. */
export function Latest({ asked }: { readonly asked: EntityWindow }) {
  const { t } = useTranslation("entities");
  const { data, error, refetch } = useQuery(entityEventsQuery(asked));
  return (
    <Section title={t("latest.title")}>
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data?.items.length === 0 ? <p className={classes.small}>{t("latest.none")}</p> : null}
      <ol className={classes.list} aria-label={t("latest.title")}>
        {data?.items.map(({ id, time, six, dataset }) => (
          <li key={id} className={classes.sentence}>
            <SixSentence time={time} six={six} />{" "}
            <Link
              to="/search"
              search={{ event: id, at: time, from: time, to: new Date(Date.parse(time) + 1).toISOString() }}
            >
              {dataset || t("latest.open")}
            </Link>
          </li>
        ))}
      </ol>
    </Section>
  );
}
