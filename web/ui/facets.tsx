import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./facets.module.css";
import { formatCount } from "./figures.ts";

export type FacetOption = { readonly value: string; readonly label: React.ReactNode; readonly count?: number };
type FacetProps = {
  readonly title: string;
  readonly options: readonly FacetOption[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
};

const SHOWN = 6;

/** One filter: every value with how many rows it would bring. Several values widen, several filters narrow. */
export function Facet({ title, options, chosen, onChange }: FacetProps) {
  const { t } = useTranslation("shell");
  const [isWhole, setWhole] = useState(false);
  const listed = [
    ...options,
    ...chosen
      .filter((value) => !options.some((option) => option.value === value))
      .map((value) => ({ value, label: value, count: 0 })),
  ];
  const shown = isWhole ? listed : listed.filter(({ value }, i) => i < SHOWN || chosen.includes(value));
  if (listed.length === 0) return null;
  return (
    <fieldset className={classes.facet}>
      <legend className={classes.title}>{title}</legend>
      {shown.map(({ value, label, count }) => (
        <label key={value} className={classes.option}>
          <input
            type="checkbox"
            checked={chosen.includes(value)}
            onChange={(event) =>
              onChange(event.currentTarget.checked ? [...chosen, value] : chosen.filter((kept) => kept !== value))
            }
          />
          <span className={classes.label}>{label}</span>
          {count === undefined ? null : <span className={classes.count}>{formatCount(count)}</span>}
        </label>
      ))}
      {listed.length > shown.length || isWhole ? (
        <button type="button" className={classes.more} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t("action.showLess") : t("action.showMore", { count: listed.length - shown.length })}
        </button>
      ) : null}
    </fieldset>
  );
}

/** The filters beside a list. */
export function Facets({ label, children }: { readonly label: string; readonly children: React.ReactNode }) {
  return (
    <aside className={classes.facets} aria-label={label}>
      {children}
    </aside>
  );
}

export const splitList = (text: string | undefined): readonly string[] => (text ? text.split(",").filter(Boolean) : []);
export const joinList = (values: readonly string[]): string | undefined => values.join(",") || undefined;
