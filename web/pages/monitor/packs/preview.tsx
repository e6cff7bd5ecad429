import { Tabs } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { PackDifference, PackPreview } from "../../../api/packs.ts";
import { formatCount } from "../../../ui/figures.ts";
import classes from "./packs.module.css";

/** What a pack holds and would change: figures first, then what needs a look. */
export function Preview({ preview }: { readonly preview: PackPreview }) {
  const { t } = useTranslation("packs");
  const { counts, difference, source } = preview;
  return (
    <div className={classes.preview}>
      <dl className={classes.facts}>
        <dt>{t("preview.from")}</dt>
        <dd>{source.from}</dd>
        {source.commit ? (
          <>
            <dt>{t("preview.commit")}</dt>
            <dd>
              <code>{source.commit.slice(0, 12)}</code> {source.ref}
            </dd>
          </>
        ) : null}
        {preview.licenses.map(({ path, firstLine }) => (
          <License key={path} path={path} firstLine={firstLine} />
        ))}
      </dl>
      <dl className={classes.figures}>
        <Figure name={t("count.rules")} value={counts.rules} />
        <Figure name={t("count.correlations")} value={counts.correlations} />
        <Figure name={t("count.filters")} value={counts.filters} />
        <Figure name={t("count.rejected")} value={counts.rejected} needsCare={counts.rejected > 0} />
        <Figure name={t("count.leftOut")} value={counts.leftOut} needsCare={counts.leftOut > 0} />
        <Figure name={t("count.duplicates")} value={preview.duplicates.total} />
      </dl>
      {preview.isSame ? (
        <p className={classes.note}>{t("preview.same")}</p>
      ) : (
        <DifferenceText difference={difference} />
      )}
      <Findings preview={preview} />
    </div>
  );
}

function License({ path, firstLine }: { readonly path: string; readonly firstLine: string }) {
  const { t } = useTranslation("packs");
  return (
    <>
      <dt>{t("preview.license")}</dt>
      <dd>
        {path} {firstLine ? <span className={classes.small}>{firstLine}</span> : null}
      </dd>
    </>
  );
}

type FigureProps = { readonly name: string; readonly value: number; readonly needsCare?: boolean };

function Figure({ name, value, needsCare }: FigureProps) {
  return (
    <div data-care={needsCare || undefined}>
      <dt>{name}</dt>
      <dd>{formatCount(value)}</dd>
    </div>
  );
}

export function DifferenceText({ difference }: { readonly difference: PackDifference }) {
  const { t } = useTranslation("packs");
  const { from, added, changed, removed, unchanged } = difference;
  const parts = from === null ? { added } : { added, changed, removed, unchanged };
  return (
    <p className={classes.note}>
      {from === null ? t("difference.new") : t("difference.from", { version: from })}{" "}
      {Object.entries(parts)
        .map(([name, value]) => t(`difference.${name}`, { text: formatCount(value) }))
        .join(t("difference.and"))}
    </p>
  );
}

/** Changes, rejected rules, files left out and shared ids, each as a table with the reason. */
function Findings({ preview }: { readonly preview: PackPreview }) {
  const { t } = useTranslation("packs");
  const { difference, rejected, leftOut, duplicates, filters } = preview;
  const lists = [
    { id: "rejected", total: preview.counts.rejected, rows: rejected, table: <FindingTable rows={rejected} /> },
    { id: "leftOut", total: preview.counts.leftOut, rows: leftOut, table: <FindingTable rows={leftOut} /> },
    { id: "filters", total: filters.total, rows: filters.items, table: <FilterTable rows={filters.items} /> },
    {
      id: "duplicates",
      total: duplicates.total,
      rows: duplicates.items,
      table: <DuplicateTable rows={duplicates.items} />,
    },
    {
      id: "changes",
      total: difference.added + difference.changed + difference.removed,
      rows: difference.items,
      table: <ChangeTable rows={difference.items} />,
    },
  ].filter(({ total }) => total > 0);
  const [first] = lists;
  if (!first) return null;
  return (
    <Tabs defaultValue={first.id} keepMounted={false}>
      <Tabs.List>
        {lists.map(({ id, total }) => (
          <Tabs.Tab key={id} value={id}>
            {t(`list.${id}`)} {formatCount(total)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {lists.map(({ id, total, rows, table }) => (
        <Tabs.Panel key={id} value={id} pt={8}>
          {table}
          <Unlisted count={total - rows.length} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function Unlisted({ count }: { readonly count: number }) {
  const { t } = useTranslation("packs");
  return count > 0 ? <p className={classes.small}>{t("list.more", { count, text: formatCount(count) })}</p> : null;
}

type TableProps = { readonly label: string; readonly heads: readonly string[]; readonly children: ReactNode };

function SmallTable({ label, heads, children }: TableProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard
    <section className={classes.list} tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}

function FindingTable({ rows }: { readonly rows: PackPreview["rejected"] }) {
  const { t } = useTranslation("packs");
  return (
    <SmallTable label={t("list.findings")} heads={[t("column.reason"), t("column.file")]}>
      {rows.map(({ path, line, reason, title }) => (
        <tr key={`${path} ${line} ${reason}`}>
          <td>
            {reason}
            {title ? <span className={classes.small}> {title}</span> : null}
          </td>
          <td>
            <code>{line === undefined ? path : `${path}:${line}`}</code>
          </td>
        </tr>
      ))}
    </SmallTable>
  );
}

function DuplicateTable({ rows }: { readonly rows: PackPreview["duplicates"]["items"] }) {
  const { t } = useTranslation("packs");
  return (
    <SmallTable label={t("list.duplicates")} heads={[t("column.rule"), t("column.other"), t("column.runs")]}>
      {rows.map(({ id, title, path, origin, runs, with: other }) => (
        <tr key={`${id} ${path} ${origin}`}>
          <td>{title || id}</td>
          <td>
            {t(`with.${other}`)} <code>{origin}</code>
          </td>
          <td>{t(`runs.${runs}`)}</td>
        </tr>
      ))}
    </SmallTable>
  );
}

/** Filters hold for every rule, so what they narrow outside the pack is told. */
function FilterTable({ rows }: { readonly rows: PackPreview["filters"]["items"] }) {
  const { t } = useTranslation("packs");
  return (
    <SmallTable label={t("list.filters")} heads={[t("column.filter"), t("column.outside"), t("column.file")]}>
      {rows.map(({ id, title, path, line, isAny, outside, examples }) => (
        <tr key={`${id} ${path} ${line}`}>
          <td>
            {title || id} {isAny ? <span className={classes.small}>{t("filter.any")}</span> : null}
          </td>
          <td>
            {formatCount(outside)} <span className={classes.small}>{examples.join(" · ")}</span>
          </td>
          <td>
            <code>{line === undefined ? path : `${path}:${line}`}</code>
          </td>
        </tr>
      ))}
    </SmallTable>
  );
}

export function ChangeTable({ rows }: { readonly rows: PackDifference["items"] }) {
  const { t } = useTranslation("packs");
  return (
    <SmallTable label={t("list.changes")} heads={[t("column.change"), t("column.rule"), t("column.file")]}>
      {rows.map(({ change, id, title, path }) => (
        <tr key={`${change} ${id} ${path}`}>
          <td>{t(`change.${change}`)}</td>
          <td>{title || id}</td>
          <td>
            <code>{path}</code>
          </td>
        </tr>
      ))}
    </SmallTable>
  );
}
