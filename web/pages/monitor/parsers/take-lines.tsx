import { Button, NativeSelect } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { readSourceLines } from "../../../api/parsers.ts";
import { sourcesQuery } from "../../../api/sources.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./parsers.module.css";

type TakeLinesProps = {
  readonly onTake: (lines: readonly string[]) => void;
  /** The source to begin with; without one that with most failures. */
  readonly initial: string | undefined;
};

/** Lines that really came: of one source, those that were not understood or the newest. */
export function TakeLines({ onTake, initial }: TakeLinesProps) {
  const { t } = useTranslation("parsers");
  const { data } = useQuery(sourcesQuery({ sort: "parse-failures", order: "desc", limit: 200 }));
  const [source, setSource] = useState(initial ?? "");
  const [failed, setFailed] = useState<"yes" | "no">("yes");
  const chosen = source || data?.items[0]?.id || "";
  const take = useMutation({
    mutationFn: () => readSourceLines(chosen, failed),
    onSuccess: ({ items }) => onTake(items.map(({ text }) => text.replaceAll(/[\r\n]+/g, " "))),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <div>
      <div className={classes.row}>
        <NativeSelect
          label={t("take.source")}
          value={chosen}
          onChange={(event) => setSource(event.currentTarget.value)}
          data={data.items.map(({ id, name }) => ({ value: id, label: name }))}
        />
        <NativeSelect
          label={t("take.which")}
          value={failed}
          onChange={(event) => setFailed(event.currentTarget.value === "no" ? "no" : "yes")}
          data={[
            { value: "yes", label: t("take.failed") },
            { value: "no", label: t("take.recent") },
          ]}
        />
        <Button variant="default" loading={take.isPending} onClick={() => take.mutate()}>
          {t("take.action")}
        </Button>
      </div>
      <div aria-live="polite">
        {take.error ? <ProblemNote error={take.error} /> : null}
        {take.data?.items.length === 0 ? <p className={classes.small}>{t("take.none")}</p> : null}
      </div>
    </div>
  );
}
