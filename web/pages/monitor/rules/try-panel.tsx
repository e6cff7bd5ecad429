import { Button, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { tryRule } from "../../../api/rules.ts";
import { meQuery } from "../../../api/session.ts";
import { isComposing } from "../../../ui/keys.ts";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import classes from "./try.module.css";
import { TryOutcome } from "./try-outcome.tsx";

type TryPanelProps = {
  readonly text: string;
  /** The own rule with which events can be kept; absent for a new one. */
  readonly ruleId: string | undefined;
};

/** Runs the rule as it stands in the editor over events, and shows which part of it saw what. */
export function TryPanel({ text, ruleId }: TryPanelProps) {
  const { t } = useTranslation("rules");
  const { data: me } = useQuery(meQuery);
  const [way, setWay] = useState<"pasted" | "stored">("pasted");
  return (
    <Section title={t("try.title")}>
      {me?.permissions.includes("event:read") ? (
        <div className={classes.way}>
          <Segments
            aria-label={t("try.way")}
            value={way}
            onChange={setWay}
            data={[
              { value: "pasted", label: t("try.pasted") },
              { value: "stored", label: t("try.stored") },
            ]}
          />
        </div>
      ) : null}
      {way === "pasted" ? <TryPasted text={text} ruleId={ruleId} /> : <TryStored text={text} ruleId={ruleId} />}
    </Section>
  );
}

function TryPasted({ text, ruleId }: TryPanelProps) {
  const { t } = useTranslation("rules");
  const [events, setEvents] = useState("");
  const trial = useMutation({ mutationFn: () => tryRule({ text, events }) });
  return (
    <>
      <Textarea
        label={t("try.label")}
        description={t("try.hint")}
        value={events}
        onChange={(event) => setEvents(event.currentTarget.value)}
        minRows={4}
        maxRows={12}
        autosize
        spellCheck={false}
        maxLength={200_000}
        classNames={{ input: classes.events ?? "" }}
      />
      <Button
        className={classes.run ?? ""}
        variant="default"
        loading={trial.isPending}
        disabled={events.trim() === ""}
        onClick={() => trial.mutate()}
      >
        {t("try.run")}
      </Button>
      <div aria-live="polite">
        {trial.error ? <ProblemNote error={trial.error} /> : null}
        {trial.data ? <TryOutcome result={trial.data} events={events} ruleId={ruleId} /> : null}
      </div>
    </>
  );
}

const RANGES = ["now-1h", "now-24h", "now-7d", "now-30d"] as const;
const LIMITS = ["20", "50", "200"] as const;

/** The newest events of a search: what would this rule have made of what really came? */
function TryStored({ text, ruleId }: TryPanelProps) {
  const { t } = useTranslation("rules");
  const [q, setQ] = useState("");
  const [from, setFrom] = useState<string>("now-24h");
  const [limit, setLimit] = useState<string>("50");
  const tz = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const trial = useMutation({
    mutationFn: () => tryRule({ text, stored: { q: q.trim(), from, tz, limit: Number(limit) } }),
  });
  return (
    <div className={classes.form}>
      <TextInput
        label={t("try.query")}
        description={t("try.queryHint")}
        placeholder="host.name:dc1 and event.code:4688"
        value={q}
        onChange={(event) => setQ(event.currentTarget.value)}
        // The panel stands in the editor's form, and Enter would save the rule.
        onKeyDown={(event) => {
          if (event.key !== "Enter" || isComposing(event)) return;
          event.preventDefault();
          trial.mutate();
        }}
        maxLength={4_000}
        spellCheck={false}
      />
      <div className={classes.row}>
        <NativeSelect
          label={t("try.range")}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
          data={RANGES.map((value) => ({ value, label: t(`try.ranges.${value}`) }))}
        />
        <NativeSelect
          label={t("try.newest")}
          value={limit}
          onChange={(event) => setLimit(event.currentTarget.value)}
          data={LIMITS.map((value) => ({ value, label: t("try.count", { text: value }) }))}
        />
        <Button variant="default" loading={trial.isPending} onClick={() => trial.mutate()}>
          {t("try.run")}
        </Button>
      </div>
      <div aria-live="polite">
        {trial.error ? <ProblemNote error={trial.error} /> : null}
        {trial.data?.ok && trial.data.events.length === 0 ? <p>{t("try.none")}</p> : null}
        {trial.data && !(trial.data.ok && trial.data.events.length === 0) ? (
          <TryOutcome result={trial.data} events="" ruleId={ruleId} />
        ) : null}
      </div>
    </div>
  );
}
