import { ActionIcon, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addFilter } from "../../../../src/monitor/search/language/filter.ts";
import { type FieldSummary, fieldListQuery, fieldValuesQuery } from "../../../api/search.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { formatCount, formatShare } from "../../../ui/figures.ts";
import {
  CheckIcon,
  ChevronDownIcon,
  ChevronRightIcon,
  Columns3Icon,
  ZoomInIcon,
  ZoomOutIcon,
} from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "./field-list.module.css";
import type { SearchState } from "./use-search-state.ts";

const OPEN_AT_FIRST = 3;

/** What the matching events are made of: fields with their most frequent values, each a way to narrow the search. */
export function FieldList({ state, run }: { readonly state: SearchState; readonly run: number }) {
  const { t } = useTranslation("search");
  const { data, error, refetch } = useQuery({ ...fieldListQuery(state.scope, "", run), enabled: state.isValid });
  const [wanted, setWanted] = useState("");
  const [toggled, setToggled] = useState<ReadonlySet<string>>(new Set());
  const words = wanted.normalize("NFKC").toLowerCase();
  const fields = (data?.fields ?? []).filter(({ name }) => name.toLowerCase().includes(words));
  const toggle = (name: string) =>
    setToggled((now) => (now.has(name) ? new Set([...now].filter((kept) => kept !== name)) : new Set([...now, name])));
  return (
    <aside className={classes.fields} aria-label={t("fields.title")}>
      <TextInput
        size="xs"
        value={wanted}
        onChange={(event) => setWanted(event.currentTarget.value)}
        placeholder={t("fields.find")}
        aria-label={t("fields.find")}
      />
      {data?.sampled ? (
        <p className={classes.sampled}>
          {t("fields.sampled", { examined: formatCount(data.rowsExamined), matching: formatCount(data.rowsMatching) })}
        </p>
      ) : null}
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!data && !error && state.isValid ? <RowsSkeleton rows={12} /> : null}
      <ul className={classes.list}>
        {fields.map((field, i) => (
          <Field
            key={field.name}
            field={field}
            state={state}
            isOpen={toggled.has(field.name) !== (i < OPEN_AT_FIRST && words === "" && field.top.length > 0)}
            onToggle={() => toggle(field.name)}
          />
        ))}
      </ul>
    </aside>
  );
}

type FieldProps = {
  readonly field: FieldSummary;
  readonly state: SearchState;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
};

function Field({ field, state, isOpen, onToggle }: FieldProps) {
  const { t } = useTranslation("search");
  const isColumn = state.columns.includes(field.name);
  const Chevron = isOpen ? ChevronDownIcon : ChevronRightIcon;
  return (
    <li className={classes.field}>
      <div className={classes.head}>
        <button type="button" className={classes.name} aria-expanded={isOpen} onClick={onToggle}>
          <Chevron size={14} aria-hidden />
          <span>{field.name}</span>
          <span className={classes.share}>{formatShare(field.share)}</span>
        </button>
        <ActionIcon
          size={24}
          aria-label={t(isColumn ? "columns.remove" : "columns.add", { field: field.name })}
          aria-pressed={isColumn}
          onClick={() =>
            state.setColumns(
              isColumn ? state.columns.filter((name) => name !== field.name) : [...state.columns, field.name],
            )
          }
        >
          {isColumn ? <CheckIcon size={14} /> : <Columns3Icon size={14} stroke={1.6} />}
        </ActionIcon>
      </div>
      {isOpen ? <TopValues field={field} state={state} /> : null}
    </li>
  );
}

function TopValues({ field, state }: { readonly field: FieldSummary; readonly state: SearchState }) {
  const { t } = useTranslation(["search", "monitor"]);
  const { nameOf } = useUnit();
  const asked = useQuery({ ...fieldValuesQuery(state.scope, field.name), enabled: field.top.length === 0 });
  const top = field.top.length > 0 ? field.top : (asked.data?.field.top ?? []);
  const narrow = (value: string | number, negate: boolean) =>
    state.change({ q: addFilter(state.scope.q, field.name, value, negate) });
  const textOf = (value: string | number) => {
    if (field.column === "unit_id") return nameOf(String(value));
    if (field.column === "did_what") return t(`monitor:action.${value}`, { defaultValue: String(value) }).split("|")[0];
    return String(value);
  };
  if (asked.isLoading) return <RowsSkeleton rows={3} />;
  return (
    <ul className={classes.values}>
      {top.slice(0, 6).map(({ value, count, share }) => (
        <li key={value} className={classes.value}>
          <span className={classes.bar} style={{ width: `${Math.max(1, share * 100)}%` }} aria-hidden />
          <button
            type="button"
            className={classes.text}
            title={`${value} · ${formatCount(count)}`}
            onClick={() => narrow(value, false)}
          >
            {textOf(value) || t("search:fields.absent")}
          </button>
          <span className={classes.share}>{formatShare(share)}</span>
          <ActionIcon
            size={24}
            aria-label={t("search:filter.in", { field: field.name, value })}
            onClick={() => narrow(value, false)}
          >
            <ZoomInIcon size={14} stroke={1.7} />
          </ActionIcon>
          <ActionIcon
            size={24}
            aria-label={t("search:filter.out", { field: field.name, value })}
            onClick={() => narrow(value, true)}
          >
            <ZoomOutIcon size={14} stroke={1.7} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
