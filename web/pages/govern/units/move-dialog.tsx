import { Button, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Unit } from "../../../api/organization.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { indented } from "./unit-dialog.tsx";

type MoveProps = {
  readonly title: string;
  readonly targets: readonly Unit[];
  readonly current: string;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly onMove: (parentId: string) => void;
  readonly onClose: () => void;
};

/** Moving is a choice from a list, not a drag, so that everybody can do it. */
export function MoveDialog({ title, targets, current, error, isPending, onMove, onClose }: MoveProps) {
  const { t } = useTranslation("organization");
  const [parentId, setParentId] = useState(current);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        style={{ display: "grid", gap: 16 }}
        onSubmit={(event) => {
          event.preventDefault();
          onMove(parentId);
        }}
      >
        {error ? <ProblemNote error={error} /> : null}
        <NativeSelect
          label={t("units.parent")}
          description={t("units.moveHint")}
          value={parentId}
          onChange={(event) => setParentId(event.currentTarget.value)}
          data={targets.map((unit) => ({ value: unit.id, label: indented(unit) }))}
        />
        <Button type="submit" loading={isPending} disabled={parentId === current}>
          {t("units.move")}
        </Button>
      </form>
    </Dialog>
  );
}
