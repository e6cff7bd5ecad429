import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { createUnit, type Unit, type UnitKind, updateUnit } from "../../../api/organization.ts";
import { currentLanguage } from "../../../app/i18n.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";

export type UnitEdit =
  | { readonly kind: "create"; readonly parentId: string }
  | { readonly kind: "update"; readonly unit: Unit };

const KINDS = ["branch", "overseas", "supplier", "department"] as const satisfies readonly UnitKind[];

/** For lists of choice, where depth must be seen. */
export const indented = (unit: Unit): string =>
  `${"　".repeat(unit.path.length - 1)}${unit.name[currentLanguage()] || unit.name.ja}`;

type DialogProps = { readonly edit: UnitEdit; readonly units: readonly Unit[]; readonly onClose: () => void };

export function UnitDialog({ edit, units, onClose }: DialogProps) {
  const { t } = useTranslation("organization");
  const queryClient = useQueryClient();
  const unit = edit.kind === "update" ? edit.unit : undefined;
  const [draft, setDraft] = useState({
    ja: unit?.name.ja ?? "",
    en: unit?.name.en ?? "",
    kind: unit?.kind ?? "branch",
    parentId: edit.kind === "create" ? edit.parentId : "",
    country: unit?.country ?? "JP",
    timeZone: unit?.timeZone ?? "Asia/Tokyo",
  });
  const change = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () => {
      const { ja, en, kind, parentId, country, timeZone } = draft;
      const name = { ja: ja.trim() || en.trim(), en: en.trim() || ja.trim() };
      if (unit) return updateUnit(unit.id, { name, country, timeZone, ...(unit.parentId === null ? {} : { kind }) });
      return createUnit({ name, kind: kind === "head-office" ? "branch" : kind, parentId, country, timeZone });
    },
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["units"] });
      await queryClient.invalidateQueries({ queryKey: ["me"] });
      toastDone(t("units.saved"));
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={t(unit ? "units.edit" : "units.add")} onClose={onClose}>
      <form onSubmit={submit} style={{ display: "grid", gap: 16 }}>
        {save.error ? <ProblemNote error={save.error} /> : null}
        <TextInput
          label={t("units.nameJa")}
          value={draft.ja}
          onChange={(event) => change({ ja: event.currentTarget.value })}
          maxLength={200}
          data-autofocus
        />
        <TextInput
          label={t("units.nameEn")}
          description={t("units.nameHint")}
          value={draft.en}
          onChange={(event) => change({ en: event.currentTarget.value })}
          maxLength={200}
        />
        {unit?.parentId === null ? null : (
          <NativeSelect
            label={t("units.column.kind")}
            value={draft.kind}
            onChange={(event) => change({ kind: KINDS.find((kind) => kind === event.currentTarget.value) ?? "branch" })}
            data={KINDS.map((value) => ({ value, label: t(`unitKind.${value}`) }))}
          />
        )}
        {unit ? null : (
          <NativeSelect
            label={t("units.parent")}
            value={draft.parentId}
            onChange={(event) => change({ parentId: event.currentTarget.value })}
            data={units
              .filter(({ archivedAt }) => archivedAt === null)
              .map((item) => ({ value: item.id, label: indented(item) }))}
          />
        )}
        <TextInput
          label={t("units.country")}
          description={t("units.countryHint")}
          value={draft.country}
          onChange={(event) => change({ country: event.currentTarget.value.normalize("NFKC").toUpperCase() })}
          maxLength={2}
        />
        <TextInput
          label={t("units.column.timeZone")}
          description={t("units.timeZoneHint")}
          value={draft.timeZone}
          onChange={(event) => change({ timeZone: event.currentTarget.value.trim() })}
          maxLength={64}
          list="time-zones"
        />
        <datalist id="time-zones">
          {Intl.supportedValuesOf("timeZone").map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <Button type="submit" loading={save.isPending} disabled={draft.ja.trim() === "" && draft.en.trim() === ""}>
          {t("save")}
        </Button>
      </form>
    </Dialog>
  );
}
