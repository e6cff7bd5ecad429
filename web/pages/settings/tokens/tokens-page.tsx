import { Button, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { type FormEvent, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  allTokensQuery,
  type CreatedToken,
  createToken,
  type Grant,
  revokeToken,
  type Token,
} from "../../../api/organization.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { GrantsField } from "../../../parts/grants-field.tsx";
import { useRoleName } from "../../../parts/use-role-name.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { CopyButton } from "../../../ui/copy.tsx";
import type { Column } from "../../../ui/data-table.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { PlusIcon } from "../../../ui/icons.ts";
import list from "../../../ui/list-page.module.css";
import { Page } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { useMore } from "../../../ui/use-more.ts";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";
import { VirtualTable } from "../../../ui/virtual-table.tsx";
import classes from "./tokens.module.css";

export function TokensPage() {
  const { t } = useTranslation("organization");
  const { revoked } = useSearch({ from: "/frame/tokens" });
  const navigate = useNavigate({ from: "/tokens" });
  const tokens = useInfiniteQuery(allTokensQuery({ revoked: revoked === "yes" ? "include" : "exclude" }));
  const { data, error, refetch } = tokens;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const more = useMore(tokens);
  const { data: me } = useQuery(meQuery);
  const [isCreating, setCreating] = useState(false);
  const columns = useColumns();
  const canWrite = me?.permissions.includes("token:write") === true;
  return (
    <Page
      title={t("tokens.title")}
      lead={t("tokens.lead")}
      actions={
        <>
          <Switch
            size="sm"
            label={t("tokens.showRevoked")}
            checked={revoked === "yes"}
            onChange={(event) =>
              void navigate({ search: (now) => ({ ...now, revoked: event.currentTarget.checked ? "yes" : undefined }) })
            }
          />
          {canWrite ? (
            <Button leftSection={<PlusIcon size={16} />} onClick={() => setCreating(true)}>
              {t("tokens.add")}
            </Button>
          ) : null}
        </>
      }
    >
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error ? <RowsSkeleton rows={6} /> : null}
      {data && rows.length === 0 ? <Empty title={t("tokens.empty")}>{t("tokens.emptyHint")}</Empty> : null}
      {rows.length > 0 ? (
        <VirtualTable
          label={t("tokens.title")}
          rows={rows}
          columns={columns}
          idOf={({ id }) => id}
          more={more}
          rowHeight={54}
        />
      ) : null}
      {isCreating ? <CreateDialog onClose={() => setCreating(false)} /> : null}
    </Page>
  );
}

function useColumns(): readonly Column<Token>[] {
  const { t } = useTranslation(["organization", "shell"]);
  const { nameOf } = useUnit();
  const roleName = useRoleName();
  return useMemo(
    (): readonly Column<Token>[] => [
      {
        id: "name",
        title: t("organization:tokens.column.name"),
        cell: ({ name, prefix, createdBy }) => (
          <>
            <strong>{name}</strong>
            <span className={list.minor}>
              <code>{prefix}…</code> · {createdBy.name}
            </span>
          </>
        ),
      },
      {
        id: "kind",
        title: t("organization:tokens.column.use"),
        cell: ({ kind, grants, sourceId }) => (
          <>
            {t(`organization:tokens.kind.${kind}`)}
            <span className={list.minor}>
              {sourceId ? (
                <Link to="/sources/$id" params={{ id: sourceId }}>
                  {t("organization:tokens.ofSource")}
                </Link>
              ) : (
                grants
                  .map(({ role, unitId }) => t("shell:roleAt", { role: roleName(role), unit: nameOf(unitId) }))
                  .join(" · ")
              )}
            </span>
          </>
        ),
      },
      { id: "unit", title: t("organization:people.column.unit"), width: 160, cell: ({ unitId }) => nameOf(unitId) },
      {
        id: "used",
        title: t("organization:tokens.column.lastUsed"),
        width: 190,
        cell: ({ lastUsedAt }) => (lastUsedAt ? <Instant at={lastUsedAt} /> : t("organization:tokens.neverUsed")),
      },
      {
        id: "expires",
        title: t("organization:tokens.column.expires"),
        width: 190,
        isMinor: true,
        cell: ({ expiresAt, revokedAt }) =>
          revokedAt ? (
            <>
              {t("organization:tokens.revoked")} <Instant at={revokedAt} />
            </>
          ) : expiresAt ? (
            <Instant at={expiresAt} />
          ) : (
            t("organization:tokens.never")
          ),
      },
      {
        id: "actions",
        title: t("organization:column.actions"),
        width: 96,
        cell: (token) => (token.revokedAt ? null : <Revoke token={token} />),
      },
    ],
    [t, nameOf, roleName],
  );
}

function Revoke({ token }: { readonly token: Token }) {
  const { t } = useTranslation("organization");
  const { data: me } = useQuery(meQuery);
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  const revoke = useMutation({
    mutationFn: () => revokeToken(token.id),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ["tokens"] });
      toastDone(t("tokens.revokeDone", { name: token.name }));
    },
    onError: toastProblem,
  });
  const ask = async () => {
    const answer = await confirm({
      title: t("tokens.revokeTitle", { name: token.name }),
      body: t("tokens.revokeBody"),
      action: t("tokens.revoke"),
    });
    if (answer !== undefined) revoke.mutate();
  };
  if (!me?.units.find(({ id }) => id === token.unitId)?.permissions.includes("token:write")) return null;
  return (
    <Button size="compact-sm" variant="subtle" color="shu" loading={revoke.isPending} onClick={() => void ask()}>
      {t("tokens.revoke")}
    </Button>
  );
}

const EXPIRIES = ["", "30", "90", "365"] as const;

function CreateDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation("organization");
  const { units, nameOf } = useUnit();
  const queryClient = useQueryClient();
  const writable = units.filter(({ permissions }) => permissions.includes("token:write"));
  const [draft, setDraft] = useState({ name: "", kind: "api", unitId: writable[0]?.id ?? "", days: "90" });
  const [grants, setGrants] = useState<readonly Grant[]>([]);
  const [created, setCreated] = useState<CreatedToken>();
  const change = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const create = useMutation({
    mutationFn: () =>
      createToken({
        name: draft.name.trim(),
        kind: draft.kind === "ingest" ? "ingest" : "api",
        unitId: draft.unitId,
        grants: draft.kind === "api" ? [...grants] : [],
        expiresAt: draft.days === "" ? null : new Date(Date.now() + Number(draft.days) * 864e5).toISOString(),
      }),
    onSuccess: (answer) => {
      setCreated(answer);
      void queryClient.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate();
  };
  if (created)
    return (
      <Dialog title={t("tokens.createdTitle", { name: created.token.name })} onClose={onClose}>
        <div className={classes.form}>
          <p>{t("tokens.secretLead")}</p>
          <code className={classes.secret}>{created.secret}</code>
          <div className={classes.row}>
            <CopyButton text={created.secret} />
            <Button size="xs" onClick={onClose}>
              {t("tokens.kept")}
            </Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={t("tokens.add")} onClose={onClose} size={560}>
      <form onSubmit={submit} className={classes.form}>
        {create.error ? <ProblemNote error={create.error} /> : null}
        <TextInput
          label={t("tokens.column.name")}
          description={t("tokens.nameHint")}
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          required
          withAsterisk={false}
          maxLength={200}
          data-autofocus
        />
        <NativeSelect
          label={t("tokens.column.use")}
          value={draft.kind}
          onChange={(event) => change({ kind: event.currentTarget.value })}
          data={["api", "ingest"].map((value) => ({ value, label: t(`tokens.kind.${value}`) }))}
        />
        <NativeSelect
          label={t("people.column.unit")}
          value={draft.unitId}
          onChange={(event) => change({ unitId: event.currentTarget.value })}
          data={writable.map(({ id }) => ({ value: id, label: nameOf(id) }))}
        />
        {draft.kind === "api" ? <GrantsField grants={grants} holder="token" onChange={setGrants} /> : null}
        <NativeSelect
          label={t("tokens.column.expires")}
          value={draft.days}
          onChange={(event) => change({ days: event.currentTarget.value })}
          data={EXPIRIES.map((value) => ({
            value,
            label: value === "" ? t("tokens.never") : t("tokens.days", { count: Number(value) }),
          }))}
        />
        <Button
          type="submit"
          loading={create.isPending}
          disabled={draft.name.trim() === "" || (draft.kind === "api" && grants.length === 0)}
        >
          {t("tokens.create")}
        </Button>
      </form>
    </Dialog>
  );
}
