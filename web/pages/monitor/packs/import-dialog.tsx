import { Button, Group, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { importPack, type PackPreview, readArchive, readGit } from "../../../api/packs.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { formatCount } from "../../../ui/figures.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { toastDone, toastProblem } from "../../../ui/toast.tsx";
import { archiveOf } from "./folder-archive.ts";
import classes from "./packs.module.css";
import { Preview } from "./preview.tsx";

type Kind = "archive" | "folder" | "git";
const KINDS: readonly Kind[] = ["archive", "folder", "git"];
type Draft = {
  readonly kind: Kind;
  readonly files: readonly File[];
  readonly url: string;
  readonly ref: string;
  readonly folder: string;
  readonly name: string;
};
const EMPTY: Draft = { kind: "archive", files: [], url: "", ref: "", folder: "", name: "" };

type ImportProps = {
  /** The pack that gets a new version; its name is then fixed. */
  readonly name?: string | undefined;
  readonly hasGit: boolean;
  readonly onClose: () => void;
};

/** Two steps: where the rules come from, then what they would change. Nothing is stored before the second is confirmed. */
export function ImportDialog({ name, hasGit, onClose }: ImportProps) {
  const { t } = useTranslation("packs");
  const [draft, setDraft] = useState<Draft>({ ...EMPTY, name: name ?? "" });
  const reading = useMutation({ mutationFn: () => look(draft) });
  const title = name === undefined ? t("import.title") : t("import.titleOf", { name });
  return (
    <Dialog title={title} onClose={onClose} size={820}>
      {reading.data ? (
        <Confirm preview={reading.data} onBack={reading.reset} onClose={onClose} />
      ) : (
        <SourceForm
          draft={draft}
          hasGit={hasGit}
          isNameFixed={name !== undefined}
          reading={reading}
          onChange={(parts) => setDraft((now) => ({ ...now, ...parts }))}
          onClose={onClose}
        />
      )}
    </Dialog>
  );
}

function look({ kind, files, url, ref, folder, name }: Draft): Promise<PackPreview> {
  const named = name.trim() !== "" && { name: name.trim() };
  if (kind === "git") return readGit({ url: url.trim(), ref: ref.trim(), folder: folder.trim(), ...named });
  const [first] = files;
  if (kind === "archive" && first) return readArchive({ file: first.name, folder: folder.trim(), ...named }, first);
  const root = first?.webkitRelativePath.split("/", 1)[0] ?? "";
  const chosen = files.map((file) => ({ path: file.webkitRelativePath || file.name, bytes: file }));
  return readArchive({ file: root || "folder", folder: folder.trim(), ...named }, archiveOf(chosen));
}

type FormProps = {
  readonly draft: Draft;
  readonly hasGit: boolean;
  readonly isNameFixed: boolean;
  readonly reading: { readonly mutate: () => void; readonly isPending: boolean; readonly error: unknown };
  readonly onChange: (parts: Partial<Draft>) => void;
  readonly onClose: () => void;
};

function SourceForm({ draft, hasGit, isNameFixed, reading, onChange, onClose }: FormProps) {
  const { t } = useTranslation(["packs", "shell"]);
  const isReady = draft.kind === "git" ? hasGit && draft.url.trim() !== "" : draft.files.length > 0;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady) reading.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.form}>
      <Segments
        aria-label={t("packs:import.kind")}
        value={draft.kind}
        onChange={(kind) => onChange({ kind, files: [] })}
        data={KINDS.map((value) => ({ value, label: t(`packs:import.${value}`) }))}
      />
      {draft.kind === "git" ? (
        <GitFields draft={draft} hasGit={hasGit} onChange={onChange} />
      ) : (
        <FileField key={draft.kind} kind={draft.kind} files={draft.files} onChange={onChange} />
      )}
      <div className={classes.pair}>
        <TextInput
          label={t("packs:import.name")}
          description={t(isNameFixed ? "packs:import.nameFixed" : "packs:import.nameHint")}
          value={draft.name}
          readOnly={isNameFixed}
          maxLength={60}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
        <TextInput
          label={t("packs:import.only")}
          description={t("packs:import.onlyHint")}
          value={draft.folder}
          onChange={(event) => onChange({ folder: event.currentTarget.value })}
        />
      </div>
      {reading.error ? <ProblemNote error={reading.error} /> : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {t("shell:action.cancel")}
        </Button>
        <Button type="submit" disabled={!isReady} loading={reading.isPending}>
          {t("packs:import.look")}
        </Button>
      </Group>
    </form>
  );
}

type FileProps = Pick<Draft, "files"> & {
  readonly kind: "archive" | "folder";
  readonly onChange: FormProps["onChange"];
};

/** The browser's own field, drawn by its label: the field itself speaks the browser's language, not the page's. */
function FileField({ kind, files, onChange }: FileProps) {
  const { t } = useTranslation("packs");
  const [first] = files;
  const chosen = kind === "archive" ? first?.name : first?.webkitRelativePath.split("/", 1)[0];
  return (
    <div className={classes.file}>
      <label className={classes.pick}>
        <input
          type="file"
          {...(kind === "folder" ? { webkitdirectory: "" } : { accept: ".zip,.tar,.gz,.tgz,.yml,.yaml" })}
          onChange={({ currentTarget }) => onChange({ files: [...(currentTarget.files ?? [])] })}
        />
        {t(`import.${kind}Label`)}
      </label>
      <span aria-live="polite">
        {chosen === undefined
          ? null
          : kind === "archive"
            ? chosen
            : t("import.chosen", { name: chosen, count: files.length, text: formatCount(files.length) })}
      </span>
      <p className={classes.small}>{t(`import.${kind}Hint`)}</p>
    </div>
  );
}

function GitFields({ draft, hasGit, onChange }: Pick<FormProps, "draft" | "hasGit" | "onChange">) {
  const { t } = useTranslation("packs");
  if (!hasGit) return <p className={classes.note}>{t("import.noGit")}</p>;
  return (
    <div className={classes.pair}>
      <TextInput
        label={t("import.url")}
        description={t("import.urlHint")}
        placeholder="https://github.com/SigmaHQ/sigma"
        spellCheck={false}
        autoComplete="off"
        value={draft.url}
        onChange={(event) => onChange({ url: event.currentTarget.value })}
      />
      <TextInput
        label={t("import.ref")}
        description={t("import.refHint")}
        spellCheck={false}
        value={draft.ref}
        onChange={(event) => onChange({ ref: event.currentTarget.value })}
      />
    </div>
  );
}

type ConfirmProps = { readonly preview: PackPreview; readonly onBack: () => void; readonly onClose: () => void };

function Confirm({ preview, onBack, onClose }: ConfirmProps) {
  const { t } = useTranslation("packs");
  const queryClient = useQueryClient();
  const [comment, setComment] = useState("");
  const importing = useMutation({
    mutationFn: () => importPack(preview.previewId, comment),
    onSuccess: async ({ name, current, note }) => {
      await Promise.all(["rule-packs", "rules"].map((key) => queryClient.invalidateQueries({ queryKey: [key] })));
      toastDone(t("import.done", { name, version: current.version }));
      if (note !== undefined) toastProblem(t("pending.title"), t("pending.lead"));
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!preview.isSame) importing.mutate();
  };
  const running = preview.counts.rules + preview.counts.correlations;
  return (
    <form onSubmit={submit} className={classes.form}>
      <h3 className={classes.heading}>{t("preview.title", { name: preview.name })}</h3>
      <Preview preview={preview} />
      <TextInput
        label={t("import.comment")}
        value={comment}
        maxLength={500}
        onChange={(event) => setComment(event.currentTarget.value)}
      />
      {importing.error ? <ProblemNote error={importing.error} /> : null}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onBack}>
          {t("import.back")}
        </Button>
        <Button type="submit" disabled={preview.isSame} loading={importing.isPending}>
          {t("import.action", { count: running, text: formatCount(running) })}
        </Button>
      </Group>
    </form>
  );
}
