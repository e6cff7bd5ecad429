import { ActionIcon, Tabs, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addFilter, vendorFieldName } from "../../../../src/monitor/search/language/filter.ts";
import { type EventDetail, eventQuery } from "../../../api/search.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { ENCODING_NAMES } from "../../../parts/encoding-name.ts";
import { isLevel, Severity } from "../../../parts/severity.tsx";
import { FIELD_OF, type Six, SixSentence } from "../../../parts/six-sentence.tsx";
import { ValueMenu } from "../../../parts/value-menu.tsx";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { CopyIconButton } from "../../../ui/copy-icon.tsx";
import { formatBytes } from "../../../ui/figures.ts";
import { ChevronDownIcon, ChevronUpIcon, Columns3Icon, ZoomInIcon, ZoomOutIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { SidePanel } from "../../../ui/side-panel.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import { Around } from "./around.tsx";
import classes from "./event-panel.module.css";
import type { SearchState } from "./use-search-state.ts";

type PanelProps = {
  readonly id: string;
  readonly time: string | undefined;
  readonly state: SearchState;
  readonly onClose: () => void;
  readonly onStep: (by: 1 | -1) => void;
};

/** One event in full: the sentence, what matched, every field, the bytes as they came, and what happened around it. */
export function EventPanel({ id, time, state, onClose, onStep }: PanelProps) {
  const { t } = useTranslation("search");
  const { data: event, error, refetch } = useQuery(eventQuery(id, time));
  return (
    <SidePanel
      label={t("event.title")}
      subject={id}
      onClose={onClose}
      title={t("event.title")}
      actions={
        <>
          <ActionIcon aria-label={t("event.previous")} onClick={() => onStep(-1)}>
            <ChevronUpIcon size={18} />
          </ActionIcon>
          <ActionIcon aria-label={t("event.next")} onClick={() => onStep(1)}>
            <ChevronDownIcon size={18} />
          </ActionIcon>
          <CopyIconButton text={linkTo(id, time)} label={t("event.copyLink")} />
        </>
      }
    >
      {error ? <ProblemNote error={error} onRetry={() => void refetch()} /> : null}
      {!event && !error ? <RowsSkeleton rows={14} /> : null}
      {event ? <EventBody key={event.id} event={event} state={state} /> : null}
    </SidePanel>
  );
}

const linkTo = (id: string, time: string | undefined): string =>
  `${window.location.origin}/search?${new URLSearchParams({ event: id, ...(time ? { at: time } : {}) })}`;

function EventBody({ event, state }: { readonly event: EventDetail; readonly state: SearchState }) {
  const { t } = useTranslation(["search", "monitor"]);
  const { nameOf } = useUnit();
  const narrow = (question: keyof Six, value: string) =>
    state.change({ q: addFilter(state.scope.q, FIELD_OF[question], value) });
  return (
    <>
      <p className={classes.sentence}>
        <SixSentence
          time={event.time}
          six={event.six}
          draw={(question, value, text) => (
            <button
              type="button"
              className={classes.answer}
              data-question={question}
              title={t("monitor:six.filterBy", { question: t(`monitor:six.${question}`), value })}
              onClick={() => narrow(question, value)}
            >
              {text}
            </button>
          )}
        />
      </p>
      <dl className={classes.facts}>
        <dt>{t("search:event.unit")}</dt>
        <dd>{nameOf(event.unitId)}</dd>
        <dt>{t("search:event.dataset")}</dt>
        <dd>{event.dataset || "–"}</dd>
        <dt>{t("search:event.source")}</dt>
        <dd>
          <Link to="/sources/$id" params={{ id: event.sourceId }}>
            {event.sourceId}
          </Link>
        </dd>
        <dt>{t("search:event.received")}</dt>
        <dd>
          <Instant at={event.received} />
        </dd>
        {event.problem ? (
          <>
            <dt>{t("search:event.problem")}</dt>
            <dd>{t(`monitor:problem.${event.problem}`, { defaultValue: event.problem })}</dd>
          </>
        ) : null}
      </dl>
      {event.detections.length > 0 ? <Detections event={event} /> : null}
      <Tabs defaultValue="fields" mt="md" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="fields">{t("search:event.fields")}</Tabs.Tab>
          <Tabs.Tab value="raw">{t("search:event.raw")}</Tabs.Tab>
          <Tabs.Tab value="around">{t("search:event.around")}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="fields" pt="sm">
          <Fields event={event} state={state} />
        </Tabs.Panel>
        <Tabs.Panel value="raw" pt="sm">
          <Raw raw={event.raw} />
        </Tabs.Panel>
        <Tabs.Panel value="around" pt="sm">
          <Around event={event} state={state} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function Detections({ event }: { readonly event: EventDetail }) {
  const { t } = useTranslation("search");
  return (
    <section className={classes.detections}>
      <h2 className={classes.subtitle}>{t("event.detections")}</h2>
      <ul className={classes.plain}>
        {event.detections.map(({ ruleId, title, level, author, techniques, exceptionId }) => (
          <li key={ruleId} className={classes.detection}>
            {isLevel(level) ? <Severity level={level} /> : null}
            <div>
              <Link to="/rules/$id" params={{ id: ruleId }}>
                {title}
              </Link>
              <p className={classes.small}>
                {[...techniques, author && t("event.author", { author })].filter(Boolean).join(" · ")}
              </p>
              {exceptionId ? (
                <p className={classes.small}>
                  <Link to="/rules/exceptions">{t("event.excepted")}</Link>
                </p>
              ) : null}
            </div>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Fields({ event, state }: { readonly event: EventDetail; readonly state: SearchState }) {
  const { t } = useTranslation("search");
  const [wanted, setWanted] = useState("");
  const words = wanted.normalize("NFKC").toLowerCase();
  const match = ([name, value]: readonly [string, string | number]) =>
    words === "" || `${name} ${value}`.normalize("NFKC").toLowerCase().includes(words);
  const added = Object.entries(event.added).filter(match);
  const hot = Object.entries(event.values).filter(([name, value]) => !(name in event.added) && match([name, value]));
  const vendor = Object.entries(event.fields).filter(match);
  return (
    <>
      <TextInput
        size="xs"
        value={wanted}
        onChange={(change) => setWanted(change.currentTarget.value)}
        placeholder={t("event.findField")}
        aria-label={t("event.findField")}
      />
      <FieldTable title={t("event.common")} entries={hot} nameOf={(name) => name} at={event.time} state={state} />
      <FieldTable title={t("event.added")} entries={added} nameOf={(name) => name} at={event.time} state={state} />
      <FieldTable title={t("event.vendor")} entries={vendor} nameOf={vendorFieldName} at={event.time} state={state} />
    </>
  );
}

type FieldTableProps = {
  readonly title: string;
  readonly entries: readonly (readonly [string, string | number])[];
  /** The name to type in a query. */
  readonly nameOf: (name: string) => string;
  readonly at: string;
  readonly state: SearchState;
};

function FieldTable({ title, entries, nameOf, at, state }: FieldTableProps) {
  const { t } = useTranslation("search");
  if (entries.length === 0) return null;
  const narrow = (name: string, value: string | number, negate: boolean) =>
    state.change({ q: addFilter(state.scope.q, nameOf(name), value, negate) });
  return (
    <table className={classes.table}>
      <caption className={classes.caption}>{title}</caption>
      <tbody>
        {entries.map(([name, value]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{value}</td>
            <td className={classes.tools}>
              <ActionIcon
                size={24}
                aria-label={t("filter.in", { field: name, value })}
                onClick={() => narrow(name, value, false)}
              >
                <ZoomInIcon size={15} stroke={1.7} />
              </ActionIcon>
              <ActionIcon
                size={24}
                aria-label={t("filter.out", { field: name, value })}
                onClick={() => narrow(name, value, true)}
              >
                <ZoomOutIcon size={15} stroke={1.7} />
              </ActionIcon>
              <ActionIcon
                size={24}
                aria-label={t("columns.add", { field: name })}
                disabled={state.columns.includes(nameOf(name))}
                onClick={() => state.setColumns([...state.columns, nameOf(name)])}
              >
                <Columns3Icon size={15} stroke={1.7} />
              </ActionIcon>
              {value === "" ? null : (
                <ValueMenu
                  field={nameOf(name)}
                  value={value}
                  at={at}
                  onFilter={(negate) => narrow(name, value, negate)}
                />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Raw({ raw }: { readonly raw: EventDetail["raw"] }) {
  const { t } = useTranslation("search");
  const encoding = raw.encoding === null ? "" : ENCODING_NAMES[raw.encoding];
  return (
    <>
      <CodeBlock label={t("event.raw")} title={formatBytes(raw.bytes)} text={raw.text} />
      <p className={classes.small}>
        {raw.isCut ? `${t("event.cut")} ` : ""}
        {encoding ? `${t("event.encoding", { encoding })} ` : raw.base64 ? `${t("event.invalidBytes")} ` : ""}
        SHA-256 <code>{raw.sha256}</code>
      </p>
    </>
  );
}
