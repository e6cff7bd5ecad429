import { ActionIcon, Button } from "@mantine/core";
import { type KeyboardEvent, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { parseQuery } from "../../../../src/monitor/search/language/parse.ts";
import { ClockIcon, FilterIcon, ListIcon, RefreshIcon, SearchIcon, XIcon } from "../../../ui/icons.ts";
import { isComposing, useKeys } from "../../../ui/keys.ts";
import classes from "./query-bar.module.css";
import { QueryHelp } from "./query-help.tsx";
import { useRemember } from "./query-history.ts";
import { type Suggestion, useSuggestions } from "./suggestions.ts";
import type { SearchState } from "./use-search-state.ts";

export type QueryFault = { readonly code: string; readonly position: number; readonly message: string };
type QueryBarProps = {
  readonly state: SearchState;
  readonly onRun: () => void;
  /** What the server found wrong with the query in the address. */
  readonly fault: QueryFault | undefined;
};

const ICONS = { history: ClockIcon, field: ListIcon, value: FilterIcon } as const;

/** Re-drawn with a fresh text whenever the address gets another query (a filter was clicked, Back was pressed). */
export function QueryBar(props: QueryBarProps) {
  return <QueryEntry key={props.state.scope.q} {...props} />;
}

function QueryEntry({ state, onRun, fault }: QueryBarProps) {
  const { t } = useTranslation("search");
  const [text, setText] = useState(state.scope.q);
  const [caret, setCaret] = useState(text.length);
  const [isOpen, setOpen] = useState(false);
  const [at, setAt] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const listId = useId();
  const faultId = useId();
  const suggestions = useSuggestions(text, caret, state.scope, isOpen);
  const shown = isOpen ? suggestions : [];
  const parsed = parseQuery(text);
  const problem = !parsed.ok && !isOpen ? parsed.error : text === state.scope.q ? fault : undefined;
  useKeys({ "/": () => input.current?.focus() });

  const remember = useRemember(state);
  const run = (query = text) => {
    setOpen(false);
    setText(query);
    if (!parseQuery(query).ok) return;
    remember(query);
    if (query === state.scope.q) onRun();
    else state.change({ q: query || undefined, event: undefined, at: undefined });
  };
  const take = (suggestion: Suggestion) => {
    setAt(-1);
    if (suggestion.kind === "history") return run(suggestion.query);
    setText(suggestion.query);
    setCaret(suggestion.caret);
    input.current?.focus();
    requestAnimationFrame(() => input.current?.setSelectionRange(suggestion.caret, suggestion.caret));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (isComposing(event)) return;
    const chosen = shown[at];
    if (event.key === "Enter") {
      event.preventDefault();
      if (chosen) take(chosen);
      else run();
    } else if (event.key === "Tab" && chosen) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const count = shown.length + 1;
      setAt((now) => ((now + 1 + (event.key === "ArrowDown" ? 1 : -1) + count) % count) - 1);
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      setOpen(false);
      setAt(-1);
    }
  };

  return (
    <div className={classes.bar}>
      <div className={classes.row}>
        <div className={classes.field} data-faulty={problem ? true : undefined}>
          <SearchIcon size={16} stroke={1.7} aria-hidden />
          <input
            ref={input}
            className={classes.input}
            value={text}
            onChange={(event) => {
              setText(event.currentTarget.value);
              setCaret(event.currentTarget.selectionStart ?? event.currentTarget.value.length);
              setOpen(true);
              setAt(-1);
            }}
            onSelect={(event) => setCaret(event.currentTarget.selectionStart ?? 0)}
            onKeyDown={onKeyDown}
            onBlur={() => setOpen(false)}
            placeholder={t("query.placeholder")}
            aria-label={t("query.label")}
            role="combobox"
            aria-autocomplete="list"
            aria-expanded={shown.length > 0}
            aria-controls={listId}
            aria-activedescendant={shown[at] ? `${listId}-${at}` : undefined}
            aria-invalid={problem !== undefined}
            aria-describedby={problem ? faultId : undefined}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            maxLength={4000}
          />
          {text === "" ? null : (
            <ActionIcon size={24} aria-label={t("query.clear")} onClick={() => run("")}>
              <XIcon size={15} />
            </ActionIcon>
          )}
          <QueryHelp onTry={run} />
        </div>
        <Button
          onClick={() => run()}
          leftSection={text === state.scope.q ? <RefreshIcon size={16} /> : <SearchIcon size={16} />}
        >
          {text === state.scope.q ? t("query.refresh") : t("query.run")}
        </Button>
      </div>
      <div
        className={classes.list}
        role="listbox"
        id={listId}
        aria-label={t("query.suggestions")}
        hidden={shown.length === 0}
      >
        {shown.map((suggestion, i) => {
          const Icon = ICONS[suggestion.kind];
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the field above holds the focus and its keys act here
            <div
              key={suggestion.query}
              id={`${listId}-${i}`}
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              className={classes.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(suggestion)}
            >
              <Icon size={14} stroke={1.7} aria-hidden />
              <code>{suggestion.text}</code>
              {suggestion.count === undefined ? null : (
                <span className={classes.count}>{suggestion.count.toLocaleString("en-US")}</span>
              )}
            </div>
          );
        })}
      </div>
      {problem ? <FaultNote id={faultId} text={text} fault={problem} /> : null}
    </div>
  );
}

/** The query with the place marked where it stopped making sense. */
function FaultNote({ id, text, fault }: { readonly id: string; readonly text: string; readonly fault: QueryFault }) {
  const { t } = useTranslation("search");
  const position = Math.min(Math.max(fault.position, 0), text.length);
  return (
    <div id={id} className={classes.fault} role="alert">
      <p>{t(`fault.${fault.code}`, { defaultValue: fault.message })}</p>
      <code className={classes.faultText} aria-hidden>
        {text.slice(0, position)}
        <mark>{text.charAt(position) || "␣"}</mark>
        {text.slice(position + 1)}
      </code>
      <p className={classes.faultPlace}>{t("query.faultPlace", { position: position + 1 })}</p>
    </div>
  );
}
