import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type PackDetail, packDifferenceQuery, packQuery, rollbackPack } from "../../../api/packs.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { SidePanel } from "../../../ui/side-panel.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone, toastProblem } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import classes from "./packs.module.css";
import { ChangeTable, DifferenceText } from "./preview.tsx";

type PanelProps = { readonly name: string; readonly mayWrite: boolean; readonly onClose: () => void };

/** A pack's versions: who brought which from where, what going back would change, and its licenses. */
export function VersionsPanel({ name, mayWrite, onClose }: PanelProps) {
  const { t } = useTranslation("packs");
  const { data, error, refetch } = useQuery(packQuery(name));
  return (
    <SidePanel label={t("versions.label")} title={<h2>{name}</h2>} subject={name} onClose={onClose}>
      <div className={classes.versions}>
        {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
        {!data && !error ? <RowsSkeleton rows={4} /> : null}
        {data?.versions.map((version) => (
          <Version key={version.version} pack={data} version={version} mayWrite={mayWrite} />
        ))}
        {data?.licenses.map(({ path, text }) => (
          <section key={path} aria-label={path}>
            <h3 className={classes.heading}>{t("versions.license", { path })}</h3>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard */}
            <pre className={classes.license} tabIndex={0}>
              {text}
            </pre>
          </section>
        ))}
      </div>
    </SidePanel>
  );
}

type VersionProps = {
  readonly pack: PackDetail;
  readonly version: PackDetail["versions"][number];
  readonly mayWrite: boolean;
};

function Version({ pack, version, mayWrite }: VersionProps) {
  const { t } = useTranslation("packs");
  const [isOpen, setOpen] = useState(false);
  const isCurrent = version.version === pack.current.version;
  const { counts, source } = version;
  return (
    <section className={classes.version} aria-label={t("versions.version", { version: version.version })}>
      <div className={classes.versionHead}>
        <strong>{t("versions.version", { version: version.version })}</strong>
        {isCurrent ? <span>{t("versions.inForce")}</span> : null}
        <span className={classes.small}>
          <Instant at={version.at} /> · {version.by.name}
        </span>
      </div>
      {version.comment ? <p style={{ margin: 0 }}>{version.comment}</p> : null}
      <p className={classes.small}>
        {t("versions.holds", {
          rules: formatCount(counts.rules),
          correlations: formatCount(counts.correlations),
          filters: formatCount(counts.filters),
          rejected: formatCount(counts.rejected),
        })}
      </p>
      <p className={classes.small}>
        {source.from} {source.ref} {source.commit ? `commit ${source.commit.slice(0, 12)}` : ""}{" "}
        <span title={version.contentHash}>SHA-256 {version.contentHash.slice(0, 12)}…</span>
      </p>
      {isCurrent ? null : (
        <div className={classes.actions}>
          <Button size="compact-xs" variant="default" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {t("versions.compare")}
          </Button>
          {mayWrite ? <Rollback name={pack.name} version={version.version} /> : null}
        </div>
      )}
      {isOpen && !isCurrent ? <Comparison name={pack.name} version={version.version} /> : null}
    </section>
  );
}

function Comparison({ name, version }: { readonly name: string; readonly version: number }) {
  const { data, error } = useQuery(packDifferenceQuery(name, version));
  if (error) return <ProblemNote error={error} />;
  if (!data) return <RowsSkeleton rows={2} />;
  return (
    <>
      <DifferenceText difference={data} />
      {data.items.length > 0 ? <ChangeTable rows={data.items} /> : null}
    </>
  );
}

function Rollback({ name, version }: { readonly name: string; readonly version: number }) {
  const { t } = useTranslation("packs");
  const queryClient = useQueryClient();
  const toastError = useToastProblem();
  const rollback = useMutation({
    mutationFn: (reason: string) => rollbackPack(name, version, reason),
    onSuccess: async ({ note }) => {
      await Promise.all(["rule-packs", "rules"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
      toastDone(t("rollback.done", { name, version }));
      if (note !== undefined) toastProblem(t("pending.title"), t("pending.lead"));
    },
    onError: toastError,
  });
  const ask = async () => {
    const reason = await confirm({
      title: t("rollback.title", { name, version }),
      body: t("rollback.body"),
      action: t("rollback.action"),
      reasonLabel: t("reason"),
    });
    if (reason !== undefined) rollback.mutate(reason);
  };
  return (
    <Button size="compact-xs" variant="default" loading={rollback.isPending} onClick={() => void ask()}>
      {t("rollback.action")}
    </Button>
  );
}
