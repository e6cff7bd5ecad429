import { Button } from "@mantine/core";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { allPeopleQuery, type Person } from "../../../api/organization.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { useRoleName } from "../../../parts/use-role-name.ts";
import type { Column } from "../../../ui/data-table.tsx";
import { Empty } from "../../../ui/empty.tsx";
import { ShieldCheckIcon, UserPlusIcon } from "../../../ui/icons.ts";
import page from "../../../ui/list-page.module.css";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { QueryField } from "../../../ui/query-field.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { useMore } from "../../../ui/use-more.ts";
import { VirtualTable } from "../../../ui/virtual-table.tsx";
import { InvitePanel } from "./invite-panel.tsx";
import classes from "./people.module.css";
import { PersonPanel } from "./person-panel.tsx";

export function PeoplePage() {
  const { t } = useTranslation("organization");
  const search = useSearch({ from: "/frame/people" });
  const navigate = useNavigate({ from: "/people" });
  const { unit } = useUnit();
  const { data: me } = useQuery(meQuery);
  const active = search.active ?? "yes";
  const people = useInfiniteQuery(
    allPeopleQuery({ q: search.q, unitId: unit, active: active === "no" || active === "any" ? active : "yes" }),
  );
  const { data, error, refetch, isPlaceholderData } = people;
  const rows = useMemo(() => data?.pages.flatMap(({ items }) => items) ?? [], [data]);
  const more = useMore(people);
  const columns = useColumns();
  const open = (person: string | undefined) => void navigate({ search: (now) => ({ ...now, person }), replace: true });
  return (
    <div className={page.page}>
      <header className={page.head}>
        <h1 className={page.title}>{t("people.title")}</h1>
        <Segments
          aria-label={t("people.active")}
          value={active}
          onChange={(value) =>
            void navigate({ search: (now) => ({ ...now, active: value === "yes" ? undefined : value }) })
          }
          data={(["yes", "no", "any"] as const).map((value) => ({ value, label: t(`people.activeIs.${value}`) }))}
        />
        <QueryField
          className={page.query ?? ""}
          label={t("people.find")}
          value={search.q ?? ""}
          onChange={(q) => void navigate({ search: (now) => ({ ...now, q }) })}
        />
        {me?.permissions.includes("person:write") ? (
          <Button leftSection={<UserPlusIcon size={16} />} onClick={() => open("new")}>
            {t("people.invite")}
          </Button>
        ) : null}
      </header>
      <div className={page.lower}>
        <div className={page.middle} data-stale={isPlaceholderData || undefined}>
          {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
          {!data && !error ? <RowsSkeleton rows={8} /> : null}
          {data && rows.length === 0 ? <Empty title={t("people.empty")} /> : null}
          {rows.length > 0 ? (
            <VirtualTable
              label={t("people.title")}
              rows={rows}
              columns={columns}
              idOf={({ id }) => id}
              onOpen={({ id }) => open(id)}
              openId={search.person}
              activeId={search.person}
              more={more}
              rowHeight={54}
            />
          ) : null}
        </div>
        {search.person === "new" ? <InvitePanel onClose={() => open(undefined)} /> : null}
        {search.person && search.person !== "new" ? (
          <PersonPanel key={search.person} id={search.person} onClose={() => open(undefined)} />
        ) : null}
      </div>
    </div>
  );
}

function useColumns(): readonly Column<Person>[] {
  const { t } = useTranslation(["organization", "shell"]);
  const { nameOf } = useUnit();
  const roleName = useRoleName();
  return useMemo(
    (): readonly Column<Person>[] => [
      {
        id: "name",
        title: t("organization:people.column.name"),
        cell: ({ id, name, kana, romaji, email }) => (
          <>
            <Link to="/people" search={(now) => ({ ...now, person: id })} className={page.name}>
              {name}
            </Link>
            <span className={page.minor}>{[kana, romaji, email].filter(Boolean).join(" · ")}</span>
          </>
        ),
      },
      {
        id: "unit",
        title: t("organization:people.column.unit"),
        width: 180,
        isWide: true,
        cell: ({ unitId }) => nameOf(unitId),
      },
      {
        id: "roles",
        title: t("organization:people.column.roles"),
        cell: ({ grants, unitId }) =>
          grants.length === 0
            ? "–"
            : grants.map((grant) => (
                <span key={`${grant.role} ${grant.unitId}`} className={classes.grant}>
                  {grant.unitId === unitId
                    ? roleName(grant.role)
                    : t("shell:roleAt", { role: roleName(grant.role), unit: nameOf(grant.unitId) })}
                </span>
              )),
      },
      {
        id: "account",
        title: t("organization:people.column.account"),
        width: 150,
        cell: ({ isActive, account, hasTwoFactor }) => (
          <>
            {isActive ? t(`organization:people.account.${account}`) : t("organization:people.inactive")}
            {hasTwoFactor ? (
              <span className={page.minor}>
                <ShieldCheckIcon size={13} aria-hidden /> {t("organization:people.twoFactor")}
              </span>
            ) : null}
          </>
        ),
      },
      {
        id: "last",
        title: t("organization:people.column.lastSignIn"),
        width: 190,
        isMinor: true,
        cell: ({ lastSignInAt }) => <Instant at={lastSignInAt} />,
      },
    ],
    [t, nameOf, roleName],
  );
}
