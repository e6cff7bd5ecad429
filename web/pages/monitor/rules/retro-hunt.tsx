import { Button, Group, NativeSelect, Progress } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { cancelRetroHunt, type RetroHunt, retroHuntsQuery, startRetroHunt } from "../../../api/retro-hunts.ts";
import type { RuleDetail } from "../../../api/rules.ts";
import { Figure } from "../../../ui/figure.tsx";
import { formatCount, formatRate } from "../../../ui/figures.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Sparkline } from "../../../ui/sparkline.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./rule-page.module.css";

const DAY_MS = 86_400_000;
const RANGES = [1, 7, 30, 90, 365] as const;

/** Runs the rule over the events stored already; of a correlation rule it says why that cannot be done. */
export function RetroHuntSection({ rule }: { readonly rule: Pick<RuleDetail, "id" | "isCorrelation"> }) {
  const { t } = useTranslation("retrohunt");
  if (!rule.isCorrelation) return <RetroHuntOfRule ruleId={rule.id} />;
  return (
    <Section title={t("title")}>
      <p className={classes.small}>{t("notCorrelations")}</p>
    </Section>
  );
}

function RetroHuntOfRule({ ruleId }: { readonly ruleId: string }) {
  const { t } = useTranslation("retrohunt");
  const [days, setDays] = useState("90");
  const queryClient = useQueryClient();
  const { data, error } = useQuery(retroHuntsQuery(ruleId));
  const refresh = () => queryClient.invalidateQueries({ queryKey: ["retro-hunts", ruleId] });
  const start = useMutation({
    mutationFn: () => {
      const to = Date.now();
      const from = new Date(to - Number(days) * DAY_MS).toISOString();
      return startRetroHunt({ ruleId, from, to: new Date(to).toISOString() });
    },
    onSuccess: refresh,
  });
  const [latest] = data?.items ?? [];
  return (
    <Section title={t("title")}>
      <p className={classes.small}>{t("lead")}</p>
      <Group align="end" gap="xs">
        <NativeSelect
          label={t("range")}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
          data={RANGES.map((count) => ({ value: String(count), label: t("days", { count }) }))}
        />
        <Button onClick={() => start.mutate()} loading={start.isPending} disabled={latest?.status === "running"}>
          {t("start")}
        </Button>
      </Group>
      {error || start.error ? <ProblemNote error={start.error ?? error} /> : null}
      {latest ? <Hunt hunt={latest} onChange={refresh} /> : null}
    </Section>
  );
}

type HuntProps = { readonly hunt: RetroHunt; readonly onChange: () => Promise<void> };

function Hunt({ hunt, onChange }: HuntProps) {
  const { t } = useTranslation("retrohunt");
  const cancel = useMutation({ mutationFn: () => cancelRetroHunt(hunt.id), onSuccess: onChange });
  const percent = Math.round(hunt.progress * 100);
  return (
    <div className={classes.stack}>
      <p className={classes.small} aria-live="polite">
        {t(`status.${hunt.status}`)} <Instant at={hunt.searchedFrom} /> – <Instant at={hunt.to} />
        {hunt.problem === "" ? null : ` · ${t(`problem.${problemOf(hunt)}`)}`}
      </p>
      {hunt.status === "running" ? (
        <Group gap="xs" wrap="nowrap">
          <Progress.Root style={{ flex: 1 }}>
            <Progress.Section value={percent} aria-label={t("progress", { percent })} />
          </Progress.Root>
          <span className={classes.small}>{percent}%</span>
          <Button size="compact-sm" variant="default" onClick={() => cancel.mutate()} loading={cancel.isPending}>
            {t("cancel")}
          </Button>
        </Group>
      ) : null}
      {cancel.error ? <ProblemNote error={cancel.error} /> : null}
      <Found hunt={hunt} />
    </div>
  );
}

const PROBLEMS = ["interrupted", "too_long", "over_limit", "unavailable"];
const problemOf = ({ problem }: RetroHunt): string => (PROBLEMS.includes(problem) ? problem : "other");

function Found({ hunt: { found, alertsPerDay, from, to } }: { readonly hunt: RetroHunt }) {
  const { t } = useTranslation(["retrohunt", "monitor"]);
  const title = t("retrohunt:matched", { count: found.matched, text: formatCount(found.matched) });
  const expected = (text: string): string =>
    found.isCapped ? t("retrohunt:expectedCapped", { text }) : t("retrohunt:expected", { text });
  const days = everyDay(found.byDay, from, to);
  return (
    <>
      <Figure
        title={title}
        note={alertsPerDay === null ? null : expected(formatRate(alertsPerDay))}
        chart={<Sparkline values={days.map(({ events }) => events)} label={title} width={640} height={72} />}
        table={found.byDay.length === 0 ? undefined : <Days days={found.byDay} />}
      />
      {found.isCapped ? <p className={classes.small}>{t("retrohunt:capped")}</p> : null}
      {found.entities.length > 0 ? (
        <Section title={t("retrohunt:entities")}>
          <dl className={classes.facts}>
            {found.entities.map(({ kind, value, events }) => (
              <div key={`${kind} ${value}`} style={{ display: "contents" }}>
                <dt>{t(`monitor:entityKind.${kind}`)}</dt>
                <dd>
                  {value} <span className={classes.small}>{formatCount(events)}</span>
                </dd>
              </div>
            ))}
          </dl>
        </Section>
      ) : null}
      {found.samples.length > 0 ? <Samples samples={found.samples} /> : null}
    </>
  );
}

function Days({ days }: { readonly days: RetroHunt["found"]["byDay"] }) {
  const { t } = useTranslation("retrohunt");
  return (
    <table className={classes.days}>
      <thead>
        <tr>
          <th scope="col">{t("day")}</th>
          <th scope="col">{t("events")}</th>
          <th scope="col">{t("alerts")}</th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ day, events, alerts }) => (
          <tr key={day}>
            <th scope="row">{day.replaceAll("-", "/")}</th>
            <td>{formatCount(events)}</td>
            <td>{formatCount(alerts)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Samples({ samples }: { readonly samples: RetroHunt["found"]["samples"] }) {
  const { t } = useTranslation("retrohunt");
  return (
    <Section title={t("samples")}>
      <ol className={classes.references}>
        {samples.map(({ id, time, six, values }) => (
          <li key={id}>
            <Link to="/search" search={{ event: id, at: time }}>
              <Instant at={time} />
            </Link>{" "}
            {[values["host.name"], values["user.name"], six.didWhat, six.what].filter(Boolean).join(" · ")}
          </li>
        ))}
      </ol>
    </Section>
  );
}

type Day = RetroHunt["found"]["byDay"][number];

/** Days without a match too, so that the bars stand where their days are. */
function everyDay(found: readonly Day[], from: string, to: string): readonly Day[] {
  const known = new Map(found.map((day) => [day.day, day]));
  const first = Date.parse(from.slice(0, 10));
  const count = Math.floor((Date.parse(to) - first) / DAY_MS) + 1;
  return Array.from({ length: count }, (_, index) => {
    const day = new Date(first + index * DAY_MS).toISOString().slice(0, 10);
    return known.get(day) ?? { day, events: 0, alerts: 0 };
  });
}
