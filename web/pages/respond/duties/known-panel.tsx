import { Button, Textarea, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type DutyCase, declareKnown } from "../../../api/duties.ts";
import { instantOfWallClock, zoneLabel } from "../../../ui/clock.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { Section } from "../../../ui/page.tsx";
import { Instant, useClock } from "../../../ui/use-clock.tsx";
import classes from "./duties.module.css";
import { Collision } from "./theirs.tsx";
import { useRecord } from "./use-duty-case.ts";

type Props = { readonly duties: DutyCase };

/** Since when it is known, who said so and on what: every declaration stays in sight. */
export function KnownPanel({ duties }: Props) {
  const { t } = useTranslation("duties");
  const [isOpen, setOpen] = useState(false);
  return (
    <Section title={t("known.title")}>
      {duties.knownAt === null ? <p className={classes.note}>{t("known.notYet")}</p> : null}
      <ul className={classes.plain}>
        {duties.known.map((one) => (
          <li key={one.seq}>
            <p>
              <strong>
                <Instant at={one.knownAt} />
              </strong>{" "}
              <span className={classes.state}>{t(`known.state.${one.state}`)}</span>
            </p>
            <p className={classes.prose}>
              {one.place} – {one.evidence}
            </p>
            {one.reason ? <p className={classes.prose}>{t("known.because", { reason: one.reason })}</p> : null}
            <p className={classes.small}>
              {one.by} · <Instant at={one.at} />
            </p>
          </li>
        ))}
      </ul>
      {duties.mayWrite ? (
        <Button size="xs" variant={duties.knownAt === null ? "filled" : "default"} onClick={() => setOpen(true)} mt={8}>
          {duties.knownAt === null ? t("known.declare") : t("known.correct")}
        </Button>
      ) : null}
      {isOpen ? <KnownDialog duties={duties} onClose={() => setOpen(false)} /> : null}
    </Section>
  );
}

function KnownDialog({ duties, onClose }: Props & { readonly onClose: () => void }) {
  const { t } = useTranslation("duties");
  const { zone } = useClock();
  // Read once, when the form opens: what was shown is what is answered.
  const [seen] = useState(duties.version);
  // Left blank: "now" would be the latest it can be, and the deadlines follow from it.
  const [draft, setDraft] = useState({
    at: "",
    place: "",
    evidence: "",
    reason: "",
  });
  const change = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const save = useRecord(
    duties.incidentId,
    (version: number) => {
      const knownAt = new Date(instantOfWallClock(draft.at, zone)).toISOString();
      return declareKnown(duties.incidentId, { ...draft, version, knownAt });
    },
    onClose,
  );
  const isCorrection = duties.knownAt !== null;
  const isReady =
    !Number.isNaN(instantOfWallClock(draft.at, zone)) &&
    draft.place.trim() !== "" &&
    draft.evidence.trim() !== "" &&
    (!isCorrection || draft.reason.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) save.mutate(save.error ? duties.version : seen);
  };
  return (
    <Dialog title={isCorrection ? t("known.correct") : t("known.declare")} onClose={onClose}>
      <form onSubmit={submit} className={classes.form}>
        <p>{t("known.hint")}</p>
        <Collision error={save.error} />
        <TextInput
          type="datetime-local"
          label={t("known.at", { zone: zoneLabel(zone) })}
          description={t("known.atHint")}
          value={draft.at}
          onChange={(event) => change({ at: event.currentTarget.value })}
          data-autofocus
        />
        <TextInput
          label={t("known.place")}
          description={t("known.placeHint")}
          value={draft.place}
          maxLength={200}
          onChange={(event) => change({ place: event.currentTarget.value })}
        />
        <Textarea
          label={t("known.evidence")}
          description={t("known.evidenceHint")}
          autosize
          minRows={2}
          value={draft.evidence}
          maxLength={2000}
          onChange={(event) => change({ evidence: event.currentTarget.value })}
        />
        {isCorrection ? (
          <Textarea
            label={t("known.reason")}
            description={t("known.reasonHint")}
            autosize
            minRows={2}
            value={draft.reason}
            maxLength={1000}
            onChange={(event) => change({ reason: event.currentTarget.value })}
          />
        ) : null}
        <Button type="submit" loading={save.isPending} disabled={!isReady}>
          {isCorrection ? t("known.correct") : t("known.declare")}
        </Button>
      </form>
    </Dialog>
  );
}
