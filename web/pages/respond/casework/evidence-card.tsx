import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type CustodyEntry, chainQuery, type Evidence, evidenceFile } from "../../../api/casework.ts";
import { type IncidentDetail, keyOf } from "../../../api/incidents.ts";
import { meQuery } from "../../../api/session.ts";
import { formatBytes } from "../../../ui/figures.ts";
import { AlertTriangleIcon, DownloadIcon } from "../../../ui/icons.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./casework.module.css";
import { CustodyDialog } from "./custody-dialog.tsx";

type CardProps = { readonly incident: IncidentDetail; readonly evidence: Evidence; readonly mayWrite: boolean };

/** A piece of evidence: what it is, what it hashes to, and everybody who had it. */
export function EvidenceCard({ incident, evidence, mayWrite }: CardProps) {
  const { t } = useTranslation("casework");
  const { data: me } = useQuery(meQuery);
  const [asked, setAsked] = useState<"hand-over" | "take-over" | "delete">();
  const { name } = evidence;
  const id = keyOf(incident);
  const isMine = me?.id === evidence.holder.id;
  const handing = isMine ? "hand-over" : "take-over";
  return (
    <article className={classes.evidence} aria-label={name}>
      <div className={classes.evidenceHead}>
        <span>
          <strong className={classes.name}>{name}</strong>{" "}
          <span className={classes.feedWho}>
            {formatBytes(evidence.bytes)} · {t("evidence.holder", { name: evidence.holder.name })}
          </span>
        </span>
        {evidence.isDeleted ? (
          <strong>{t("evidence.deleted")}</strong>
        ) : (
          <span className={classes.buttons}>
            <Button
              component="a"
              href={evidenceFile(id, evidence.id)}
              download
              size="compact-xs"
              variant="default"
              leftSection={<DownloadIcon size={13} />}
              aria-label={t("evidence.downloadOf", { name })}
            >
              {t("evidence.download")}
            </Button>
            {mayWrite ? (
              <>
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={t(isMine ? "evidence.handOverOf" : "evidence.takeOverOf", { name })}
                  onClick={() => setAsked(handing)}
                >
                  {t(isMine ? "evidence.handOver" : "evidence.takeOver")}
                </Button>
                {isMine && incident.status === "closed" ? (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="shu"
                    aria-label={t("evidence.deleteOf", { name })}
                    onClick={() => setAsked("delete")}
                  >
                    {t("evidence.delete")}
                  </Button>
                ) : null}
              </>
            ) : null}
          </span>
        )}
      </div>
      {evidence.note ? <p className={classes.prose}>{evidence.note}</p> : null}
      <p className={classes.small}>
        SHA-256 <code className={classes.hash}>{evidence.sha256}</code>
      </p>
      <Chain id={id} evidence={evidence} />
      {asked ? (
        <CustodyDialog incident={incident} evidence={evidence} what={asked} onClose={() => setAsked(undefined)} />
      ) : null}
    </article>
  );
}

/** The first and the newest entries; the whole of a long chain when it is asked for. */
function Chain({ id, evidence }: { readonly id: string; readonly evidence: Evidence }) {
  const { t } = useTranslation("casework");
  const [isWhole, setWhole] = useState(false);
  const { data: whole, isFetching } = useQuery({ ...chainQuery(id, evidence.id), enabled: isWhole });
  const { custody } = whole && whole.custodyCount >= evidence.custodyCount ? whole : evidence;
  const hidden = evidence.custodyCount - custody.length;
  return (
    <>
      <table className={classes.chain} aria-label={t("evidence.chainOf", { name: evidence.name })}>
        <thead>
          <tr>
            <th scope="col">{t("column.what")}</th>
            <th scope="col">{t("column.at")}</th>
            <th scope="col">{t("column.who")}</th>
            <th scope="col">{t("column.holder")}</th>
            <th scope="col">{t("column.reason")}</th>
            <th scope="col">{t("column.hash")}</th>
          </tr>
        </thead>
        <tbody>
          {custody.map((entry) => (
            <tr key={entry.number}>
              <th scope="row">{t(`custody.${entry.kind}`)}</th>
              <td>
                <Instant at={entry.at} />
              </td>
              <td>{entry.actor.name}</td>
              <td>{entry.holder.name}</td>
              <td>{entry.reason}</td>
              <td>
                <Hash entry={entry} received={evidence.sha256} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 ? (
        <p className={classes.small}>
          {t("evidence.more", { count: hidden })}{" "}
          {isWhole && !isFetching ? null : (
            <Button size="compact-xs" variant="subtle" loading={isWhole} onClick={() => setWhole(true)}>
              {t("evidence.whole")}
            </Button>
          )}
        </p>
      ) : null}
    </>
  );
}

/** Whether the stored bytes were still those that were received. */
function Hash({ entry, received }: { readonly entry: CustodyEntry; readonly received: string }) {
  const { t } = useTranslation("casework");
  if (entry.sha256 === received) return <>{t("evidence.same")}</>;
  return (
    <span className={classes.late}>
      <AlertTriangleIcon size={13} aria-hidden /> {t("evidence.differs")}{" "}
      <code className={classes.hash}>{entry.sha256}</code>
    </span>
  );
}
