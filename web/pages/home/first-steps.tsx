import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { peopleQuery } from "../../api/organization.ts";
import type { Permission } from "../../api/session.ts";
import { CodeBlock } from "../../ui/code-block.tsx";
import { LinkButton } from "../../ui/link-button.tsx";
import { Section } from "../../ui/page.tsx";
import classes from "./home-page.module.css";
import type { AttentionFacts } from "./use-attention.ts";

const STORED = "yagura.first-steps";
type Target = "/sources/new" | "/sources" | "/search" | "/people" | "/account";
type Step = { key: "source" | "ship" | "look" | "invite" | "totp"; isDone: boolean; to: Target; needs?: Permission };

/** What to do in the first hour, ticked off by what is really there. Gone once done or hidden. */
export function FirstSteps({ facts, hasEvents }: { readonly facts: AttentionFacts; readonly hasEvents: boolean }) {
  const { t } = useTranslation("home");
  const [isHidden, setHidden] = useState(() => localStorage.getItem(STORED) === "hidden");
  const mayInvite = facts.me?.permissions.includes("person:write") === true;
  const people = useQuery({ ...peopleQuery({ limit: 2 }), enabled: mayInvite && !isHidden });
  if (isHidden || !facts.sources.data || !facts.me?.permissions.includes("source:write")) return null;
  if (mayInvite && !people.data) return null;

  const all: Step[] = [
    { key: "source", isDone: facts.sources.data.total > 0, to: "/sources/new", needs: "source:write" },
    { key: "ship", isDone: hasEvents, to: "/sources", needs: "source:read" },
    { key: "look", isDone: localStorage.getItem("yagura.queries") !== null, to: "/search", needs: "event:read" },
    { key: "invite", isDone: (people.data?.items.length ?? 0) > 1, to: "/people", needs: "person:write" },
    { key: "totp", isDone: facts.me.person?.hasTwoFactor ?? true, to: "/account" },
  ];
  const steps = all.filter(({ needs }) => needs === undefined || facts.me?.permissions.includes(needs));
  const done = steps.filter(({ isDone }) => isDone).length;
  if (done === steps.length) return null;
  const hide = () => {
    localStorage.setItem(STORED, "hidden");
    setHidden(true);
  };
  return (
    <Section
      title={t("first.title")}
      aside={
        <>
          {t("first.progress", { done, total: steps.length })}{" "}
          <Button size="compact-xs" variant="subtle" onClick={hide}>
            {t("first.dismiss")}
          </Button>
        </>
      }
    >
      <ol className={classes.steps}>
        {steps.map(({ key, isDone, to }) => (
          <li key={key} className={classes.step} data-done={isDone || undefined}>
            <div>
              <p className={classes.stepTitle}>{t(`first.${key}.title`)}</p>
              {isDone ? null : <p className={classes.stepWords}>{t(`first.${key}.words`)}</p>}
            </div>
            {isDone ? (
              <span className={classes.stepWords}>{t("first.done")}</span>
            ) : (
              <LinkButton to={to} size="xs" variant="default">
                {t(`first.${key}.action`)}
              </LinkButton>
            )}
            {key === "ship" && !isDone ? (
              <div className={classes.snippet}>
                <CodeBlock label={t("first.snippetTitle")} title={t("first.snippetTitle")} text={curlSnippet()} />
              </div>
            ) : null}
          </li>
        ))}
      </ol>
    </Section>
  );
}

const curlSnippet = (): string =>
  [
    `curl -X POST ${window.location.origin}/api/v1/ingest \\`,
    '  -H "Authorization: Bearer $YAGURA_TOKEN" -H "Content-Type: application/x-ndjson" \\',
    `  --data-binary '{"message":"hello, watchtower","host.name":"my-first-host"}'`,
  ].join("\n");
