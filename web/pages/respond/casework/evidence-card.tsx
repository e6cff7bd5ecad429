import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type CustodyEntry, type Evidence, evidenceFile } from "../../../api/casework.ts";
import { formatBytes } from "../../../ui/figures.ts";
import { AlertTriangleIcon, DownloadIcon } from "../../../ui/icons.ts";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./casework.module.css";
import { CustodyDialog } from "./custody-dialog.tsx";

type CardProps = { readonly id: string; readonly evidence: Evidence; readonly mayWrite: boolean };

/** A piece of evidence: what it is, what it hashes to, and everybody who had it. */
export function EvidenceCard({ id, evidence, mayWrite }: CardProps) {
  const { t } = useTranslation("casework");
  const [asked, setAsked] = useState<"hand-over" | "delete">();
  const { name } = evidence;
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
                  aria-label={t("evidence.handOverOf", { name })}
                  onClick={() => setAsked("hand-over")}
                >
                  {t("evidence.handOver")}
                </Button>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="shu"
                  aria-label={t("evidence.deleteOf", { name })}
                  onClick={() => setAsked("delete")}
                >
                  {t("evidence.delete")}
                </Button>
              </>
            ) : null}
          </span>
        )}
      </div>
      {evidence.note ? <p className={classes.prose}>{evidence.note}</p> : null}
      <p className={classes.small}>
        SHA-256 <code className={classes.hash}>{evidence.sha256}</code>
      </p>
      <Chain evidence={evidence} />
      {asked ? <CustodyDialog id={id} evidence={evidence} what={asked} onClose={() => setAsked(undefined)} /> : null}
    </article>
  );
}

function Chain({ evidence }: { readonly evidence: Evidence }) {
  const { t } = useTranslation("casework");
  const hidden = evidence.custodyCount - evidence.custody.length;
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
          {evidence.custody.map((entry) => (
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
      {hidden > 0 ? <p className={classes.small}>{t("evidence.more", { count: hidden })}</p> : null}
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
