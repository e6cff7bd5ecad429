import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { acknowledgePage, type Page, pagesQuery } from "../../../api/on-call.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Severity } from "../../../parts/severity.tsx";
import { CheckIcon, CircleCheckIcon, CircleXIcon, PhoneCallIcon } from "../../../ui/icons.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "../notify.module.css";

const ICONS = {
  open: PhoneCallIcon,
  acknowledged: CircleCheckIcon,
  unanswered: CircleXIcon,
  resolved: CheckIcon,
} as const;

/** Calls that wait for an answer first, then those that are over. */
export function Calls() {
  const { t } = useTranslation("notify");
  const { data, error, refetch } = useQuery(pagesQuery);
  if (error && !data) return <ProblemNote error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  return (
    <>
      <Section title={t("call.open")}>
        {data.open.length === 0 ? <p className={classes.hint}>{t("call.none")}</p> : null}
        <ul className={classes.cards}>
          {data.open.map((page) => (
            <li key={page.id}>
              <Call page={page} />
            </li>
          ))}
        </ul>
      </Section>
      {data.over.length > 0 ? (
        <Section title={t("call.over")}>
          <div className={classes.scroll}>
            <table className={classes.table} aria-label={t("call.over")}>
              <thead>
                <tr>
                  {(["at", "about", "policy", "end"] as const).map((name) => (
                    <th key={name} scope="col">
                      {t(`call.column.${name}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {data.over.map((page) => (
                  <tr key={page.id}>
                    <td>
                      <Instant at={page.startedAt} />
                    </td>
                    <td>
                      <About page={page} />
                    </td>
                    <td>{page.policy.name}</td>
                    <td>
                      <State page={page} />
                      {page.answeredBy ? (
                        <span className={classes.minor}>
                          {page.answeredBy} · <Instant at={page.answeredAt} />
                        </span>
                      ) : null}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </Section>
      ) : null}
    </>
  );
}

function State({ page: { state } }: { readonly page: Page }) {
  const { t } = useTranslation("notify");
  const Icon = ICONS[state];
  return (
    <span className={classes.state} data-state={state}>
      <Icon size={15} stroke={1.7} aria-hidden />
      {t(`call.state.${state}`)}
    </span>
  );
}

type Subject = Pick<Page, "title" | "path">;

function Way({ to: { path, title } }: { readonly to: Subject }) {
  const router = useRouter();
  return (
    <a
      href={path}
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        router.history.push(path);
      }}
    >
      {title[currentLanguage()]}
    </a>
  );
}

/** What joined a call, with the way to each. */
function Joined({ page: { matters, joined } }: { readonly page: Page }) {
  const { t } = useTranslation("notify");
  if (matters.length === 0) return null;
  return (
    <ul className={classes.steps} aria-label={t("call.matters")}>
      {matters.map((matter) => (
        <li key={`${matter.at} ${matter.path} ${matter.title.en}`}>
          <Severity level={matter.severity} /> <Way to={matter} />
        </li>
      ))}
      {joined > matters.length ? <li>{t("call.joined", { count: joined - matters.length })}</li> : null}
    </ul>
  );
}

function About({ page }: { readonly page: Page }) {
  const { t } = useTranslation("notify");
  return (
    <>
      <Way to={page} />
      {page.joined > 0 ? <span className={classes.minor}>{t("call.joined", { count: page.joined })}</span> : null}
    </>
  );
}

function Call({ page }: { readonly page: Page }) {
  const { t } = useTranslation("notify");
  const { nameOf } = useUnit();
  const queryClient = useQueryClient();
  const answer = useMutation({
    mutationFn: () => acknowledgePage(page.id),
    onSuccess: (now) => queryClient.setQueryData(pagesQuery.queryKey, now),
  });
  const { fired, steps, repeats, nextAt } = page;
  return (
    <article className={classes.card} data-open aria-label={page.title[currentLanguage()]}>
      <div className={classes.cardHead}>
        <div>
          <h3 className={classes.cardTitle}>
            <About page={page} />
          </h3>
          <span className={classes.minor}>
            {page.policy.name} · {nameOf(page.unitId)} · <Instant at={page.startedAt} />
          </span>
        </div>
        {page.mayAnswer ? (
          <Button loading={answer.isPending} onClick={() => answer.mutate()}>
            {t("call.acknowledge")}
          </Button>
        ) : null}
      </div>
      <div className={classes.row}>
        <Severity level={page.severity} />
        <State page={page} />
        <span>{t("call.progress", { fired, count: steps * (repeats + 1) })}</span>
        {nextAt && fired < steps * (repeats + 1) ? (
          <span>
            {t("call.next")} <Instant at={nextAt} />
          </span>
        ) : null}
      </div>
      <Joined page={page} />
      {answer.error ? <ProblemNote error={answer.error} /> : null}
    </article>
  );
}
