import { Button, NativeSelect } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { type IngestAnswer, ingestFile } from "../../../api/ingest.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { formatBytes, formatCount, formatShare } from "../../../ui/figures.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./import-dialog.module.css";

/** Of refused lines, and of unread files. */
const SHOWN = 10;

type Item = {
  readonly key: string;
  readonly file: File;
  readonly share: number;
  readonly answer?: IngestAnswer;
  readonly error?: unknown;
};

/** Log files from this computer, one after the other; what could not be taken is named line by line. */
export function ImportDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation("sources");
  const { unit, units, nameOf } = useUnit();
  const writable = units.filter(({ permissions }) => permissions.includes("event:ingest"));
  const [unitId, setUnitId] = useState(writable.find(({ id }) => id === unit)?.id ?? writable[0]?.id ?? "");
  const [items, setItems] = useState<readonly Item[]>([]);
  const [isRunning, setRunning] = useState(false);
  const queryClient = useQueryClient();
  const fieldId = useId();
  const note = (key: string, part: Partial<Item>) =>
    setItems((now) => now.map((item) => (item.key === key ? { ...item, ...part } : item)));
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setRunning(true);
    for (const { key, file, answer } of items) {
      if (answer) continue;
      note(key, { error: undefined, share: 0 });
      try {
        note(key, {
          answer: await ingestFile({ file, unit: unitId, key, onProgress: (share) => note(key, { share }) }),
        });
      } catch (error) {
        note(key, { error });
      }
    }
    setRunning(false);
    void queryClient.invalidateQueries({ queryKey: ["sources"] });
  };
  const isDone = items.length > 0 && items.every(({ answer }) => answer !== undefined);
  return (
    <Dialog title={t("import.title")} onClose={onClose} size={560}>
      <form className={classes.form} onSubmit={(event) => void send(event)}>
        <p>{t("import.lead")}</p>
        <div>
          <label className={classes.label} htmlFor={fieldId}>
            {t("import.files")}
          </label>
          <input
            id={fieldId}
            className={classes.files}
            type="file"
            multiple
            disabled={isRunning}
            onChange={(event) =>
              setItems([...(event.currentTarget.files ?? [])].map((file) => ({ key: randomKey(), file, share: 0 })))
            }
          />
        </div>
        <NativeSelect
          label={t("field.unit")}
          description={t("field.unitHint")}
          value={unitId}
          disabled={isRunning}
          onChange={(event) => setUnitId(event.currentTarget.value)}
          data={writable.map(({ id }) => ({ value: id, label: nameOf(id) }))}
        />
        <ul className={classes.list} aria-live="polite">
          {items.map((item) => (
            <FileRow key={item.key} item={item} />
          ))}
        </ul>
        {isDone ? (
          <p>
            <Link to="/search" search={{ from: "now-90d" }}>
              {t("import.look")}
            </Link>
          </p>
        ) : (
          <Button type="submit" loading={isRunning} disabled={items.length === 0}>
            {t(items.some(({ error }) => error) ? "import.again" : "import.start")}
          </Button>
        )}
      </form>
    </Dialog>
  );
}

function FileRow({ item: { file, share, answer, error } }: { readonly item: Item }) {
  return (
    <li className={classes.row}>
      <span className={classes.name}>{file.name}</span>
      <span className={classes.size}>{formatBytes(file.size)}</span>
      {answer ? (
        <Result answer={answer} />
      ) : error ? (
        <ProblemNote error={error} />
      ) : (
        <Sending name={file.name} share={share} />
      )}
    </li>
  );
}

/** Once all of a file is sent, the server still reads it, and does not say how far it is. */
function Sending({ name, share }: { readonly name: string; readonly share: number }) {
  const { t } = useTranslation("sources");
  if (share < 1)
    return <progress className={classes.progress} value={share} aria-label={`${name} ${formatShare(share)}`} />;
  return (
    <>
      <progress className={classes.progress} aria-label={`${name} ${t("import.reading")}`} />
      <p className={classes.result}>{t("import.reading")}</p>
    </>
  );
}

/** What of a file was taken, and, line by line and file by file, what was not. */
function Result({ answer }: { readonly answer: IngestAnswer }) {
  const { t } = useTranslation("sources");
  const { accepted, rejectedCount, rejected, problems = [], problemCount = 0 } = answer;
  const counts = [
    t("import.accepted", { count: accepted, text: formatCount(accepted) }),
    ...(rejectedCount > 0 ? [t("import.rejected", { count: rejectedCount, text: formatCount(rejectedCount) })] : []),
    ...(problemCount > 0 ? [t("import.problems", { count: problemCount, text: formatCount(problemCount) })] : []),
  ];
  return (
    <>
      <p className={classes.result}>{counts.join(" · ")}</p>
      {rejected.length + problems.length > 0 ? (
        <ul className={classes.rejected}>
          {rejected.slice(0, SHOWN).map(({ line, reason, file = "" }) => (
            <li key={`${file}:${line}`}>
              {file} {t("import.line", { line })} {t(`rejection.${reason}`, { defaultValue: reason })}
            </li>
          ))}
          {problems.slice(0, SHOWN).map(({ file, code, detail }) => (
            <li key={`${file}:${detail}`}>
              {t("import.problem", { file })} {t(`fileProblem.${code}`)}
            </li>
          ))}
        </ul>
      ) : null}
    </>
  );
}

/** Not `crypto.randomUUID`, which plain HTTP on another machine does not have. */
const randomKey = (): string => [...crypto.getRandomValues(new Uint32Array(4))].map((n) => n.toString(36)).join("-");
