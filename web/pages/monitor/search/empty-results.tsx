import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Empty } from "../../../ui/empty.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import type { SearchState } from "./use-search-state.ts";

const WIDER: Readonly<Record<string, string>> = {
  "now-15m": "now-24h",
  "now-1h": "now-24h",
  "now-4h": "now-24h",
  "now-24h": "now-7d",
  "now-7d": "now-30d",
  "now-30d": "now-90d",
};

/** Nothing matches: widen the time, drop the conditions, or send logs first. */
export function EmptyResults({ state }: { readonly state: SearchState }) {
  const { t } = useTranslation("search");
  const wider = WIDER[state.scope.from] ?? (state.scope.from.startsWith("now") ? undefined : "now-30d");
  return (
    <Empty
      title={t("empty.title")}
      actions={
        <>
          {wider ? (
            <Button variant="default" onClick={() => state.change({ from: wider, to: undefined })}>
              {t("empty.widen", { range: t(`time.${wider}`) })}
            </Button>
          ) : null}
          {state.scope.q ? (
            <Button variant="default" onClick={() => state.change({ q: undefined })}>
              {t("empty.clear")}
            </Button>
          ) : (
            <LinkButton variant="default" to="/sources">
              {t("empty.sources")}
            </LinkButton>
          )}
        </>
      }
    >
      {state.scope.q ? t("empty.withQuery") : t("empty.withoutQuery")}
    </Empty>
  );
}
