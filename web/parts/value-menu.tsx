import { ActionIcon } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { visible } from "../../src/kernel/visible.ts";
import { conditionText, phraseText } from "../../src/monitor/search/language/one-condition.ts";
import type { CellContent } from "../api/notebooks.ts";
import { meQuery } from "../api/session.ts";
import { useCopied } from "../ui/copy.tsx";
import { CopyIcon, DotsIcon, FileTextIcon, NotebookIcon, SearchIcon, ZoomInIcon, ZoomOutIcon } from "../ui/icons.ts";
import { LateMenu } from "../ui/late-menu.tsx";
import { entityOfField, entityParams } from "./entity-ref.ts";

const AddToNotebook = lazy(() => import("./add-to-notebook.tsx").then((module) => ({ default: module.AddToNotebook })));

const AROUND_MINUTES = 15;
/** A query takes no longer values. */
const MAX_CHARS = 1_000;

type ValueMenuProps = {
  /** The name to type in a query. */
  readonly field: string;
  readonly value: string | number;
  /** What finds it, where that is more than the field being the value; "" and absent = the condition. */
  readonly query?: string | undefined;
  /** When the event happened in which it stands; absent = it belongs to no single one. */
  readonly at?: string | undefined;
  /** Where to look for it; absent = around `at`, or the last day. */
  readonly range?: { readonly from: string; readonly to?: string } | undefined;
  /** Narrows the list that is shown; without it the menu leads to a search. */
  readonly onFilter?: ((negate: boolean) => void) | undefined;
  readonly size?: number;
  /** It was opened, and must stay where it is until it is done with. */
  readonly onOpen?: () => void;
};

/** What can be done with any value, wherever it stands: narrow, look at the entity, look everywhere around that time, copy, note down. */
export function ValueMenu({ field, value, query, at, range: within, onFilter, size = 24, onOpen }: ValueMenuProps) {
  const { t } = useTranslation("monitor");
  const { data: me } = useQuery(meQuery);
  const [adding, setAdding] = useState<CellContent>();
  const [isCopied, copy] = useCopied(String(value));
  const text = String(value);
  const entity = entityOfField(field, value);
  const fits = text !== "" && text.length <= MAX_CHARS;
  const around = at ? aroundOf(at) : { from: "now-24h", to: "now", ...within };
  const range = within ? { to: "now", ...within } : around;
  const question = query || conditionText(field, value);
  const maySearch = me?.permissions.includes("event:read") === true;
  const mayWrite = me?.permissions.includes("incident:write") === true;
  return (
    <>
      <LateMenu
        position="bottom-end"
        width={280}
        onChange={(isOpen) => {
          if (isOpen) onOpen?.();
        }}
        button={
          <ActionIcon size={size} aria-label={t("value.menu", { value: visible(text, 80) })}>
            <DotsIcon size={15} stroke={1.7} />
          </ActionIcon>
        }
      >
        {(Menu) => (
          <>
            <Menu.Label style={{ overflowWrap: "anywhere" }}>
              {query ? null : `${field}: `}
              <bdi>{visible(text, 80)}</bdi>
            </Menu.Label>
            {onFilter && fits ? (
              <>
                <Menu.Item leftSection={<ZoomInIcon size={15} />} onClick={() => onFilter(false)}>
                  {t("value.only")}
                </Menu.Item>
                <Menu.Item leftSection={<ZoomOutIcon size={15} />} onClick={() => onFilter(true)}>
                  {t("value.without")}
                </Menu.Item>
              </>
            ) : null}
            {!onFilter && fits && maySearch ? (
              <Menu.Item
                renderRoot={(props) => <Link to="/search" search={{ q: question, ...range }} {...props} />}
                leftSection={<SearchIcon size={15} />}
              >
                {t("value.search")}
              </Menu.Item>
            ) : null}
            {entity && maySearch ? (
              <Menu.Item
                renderRoot={(props) => (
                  <Link to="/monitor/entities/$kind/$value" params={entityParams(entity)} search={{}} {...props} />
                )}
                leftSection={<FileTextIcon size={15} />}
              >
                {t("value.open", { kind: t(`entityPage.${entity.kind}`) })}
              </Menu.Item>
            ) : null}
            {fits && maySearch ? (
              <Menu.Item
                renderRoot={(props) => <Link to="/search" search={{ q: phraseText(text), ...around }} {...props} />}
                leftSection={<SearchIcon size={15} />}
              >
                {at ? t("value.around", { text: AROUND_MINUTES }) : t("value.everywhere")}
              </Menu.Item>
            ) : null}
            <Menu.Item leftSection={<CopyIcon size={15} />} onClick={copy} closeMenuOnClick={false}>
              {isCopied ? t("value.copied") : t("value.copy")}
            </Menu.Item>
            {fits && maySearch && mayWrite ? (
              <Menu.Item
                leftSection={<NotebookIcon size={15} />}
                onClick={() => setAdding({ kind: "query", body: question, settings: { ...range, columns: [] } })}
              >
                {t("value.note")}
              </Menu.Item>
            ) : null}
          </>
        )}
      </LateMenu>
      {adding ? (
        <Suspense>
          <AddToNotebook cell={adding} onClose={() => setAdding(undefined)} />
        </Suspense>
      ) : null}
    </>
  );
}

function aroundOf(at: string): { from: string; to: string } {
  const ms = Date.parse(at);
  const reach = AROUND_MINUTES * 60_000;
  return { from: new Date(ms - reach).toISOString(), to: new Date(ms + reach).toISOString() };
}
