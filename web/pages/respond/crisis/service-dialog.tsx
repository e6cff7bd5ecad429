import { Button, Group, NativeSelect, Textarea, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { addService, changeService, removeService, type Service } from "../../../api/crisis.ts";
import { meQuery } from "../../../api/session.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { confirm } from "../../../ui/confirm.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import classes from "./crisis.module.css";
import { useCrisisChange } from "./use-crisis.ts";

type ServiceProps = { readonly id: string; readonly service: Service | undefined; readonly onClose: () => void };

const wholeWithin = (text: string, min: number, max: number): number | undefined => {
  const value = Number(text);
  return /^\d+$/.test(text) && value >= min && value <= max ? value : undefined;
};

/** What is harmed and how much it bears. The version is the one that this form was opened with. */
export function ServiceDialog({ id, service, onClose }: ServiceProps) {
  const { t } = useTranslation(["crisis", "shell"]);
  const { nameOf } = useUnit();
  const { data: me } = useQuery(meQuery);
  const units = me?.units.filter(({ permissions }) => permissions.includes("incident:write")) ?? [];
  const [version, setVersion] = useState(service?.version ?? 0);
  const [name, setName] = useState(service?.name ?? "");
  const [unitId, setUnitId] = useState("");
  const [tolerance, setTolerance] = useState(String(service?.tolerance ?? 20));
  const [note, setNote] = useState("");
  const [minutes, setMinutes] = useState(service?.maxMinutes == null ? "" : String(service.maxMinutes));
  const change = {
    name: name.trim(),
    tolerance: wholeWithin(tolerance, 0, 100) ?? -1,
    maxMinutes: minutes === "" ? null : (wholeWithin(minutes, 1, 5_256_000) ?? -1),
  };
  const isMoved =
    service !== undefined && (service.tolerance !== change.tolerance || service.maxMinutes !== change.maxMinutes);
  const saving = useCrisisChange(
    id,
    () =>
      service
        ? changeService(id, service.id, { version, change, note: isMoved ? note.trim() : "" })
        : addService(id, { ...change, ...(unitId && { unitId }) }),
    () => {
      toastDone(t("crisis:services.saved", { name: change.name }));
      onClose();
    },
  );
  const removing = useCrisisChange(
    id,
    (input: { readonly serviceId: string; readonly reason: string }) =>
      removeService(id, input.serviceId, { version, reason: input.reason }),
    onClose,
  );
  const ask = async ({ id: serviceId, name: said }: Service) => {
    const reason = await confirm({
      title: t("crisis:services.removeTitle", { name: said }),
      body: t("crisis:services.removeHint"),
      action: t("crisis:services.remove"),
      reasonLabel: t("crisis:declare.reason"),
    });
    if (reason !== undefined) removing.mutate({ serviceId, reason });
  };
  const isComplete =
    change.name !== "" && change.tolerance >= 0 && change.maxMinutes !== -1 && (!isMoved || note.trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isComplete) saving.mutate(undefined);
  };
  const isOvertaken = service !== undefined && service.version > version;
  return (
    <Dialog title={t(service ? "crisis:services.editTitle" : "crisis:services.add")} onClose={onClose}>
      <form onSubmit={submit} className={classes.form}>
        <TextInput
          label={t("crisis:services.name")}
          description={t("crisis:services.nameHint")}
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          required
          withAsterisk={false}
          data-autofocus
        />
        {service === undefined && units.length > 1 ? (
          <NativeSelect
            label={t("crisis:services.unit")}
            value={unitId}
            onChange={(event) => setUnitId(event.currentTarget.value)}
            data={[
              { value: "", label: t("crisis:services.unitOfIncident") },
              ...units.map((unit) => ({ value: unit.id, label: nameOf(unit.id) })),
            ]}
          />
        ) : null}
        <TextInput
          type="number"
          min={0}
          max={100}
          label={t("crisis:services.tolerance")}
          description={t("crisis:services.toleranceHint")}
          value={tolerance}
          onChange={(event) => setTolerance(event.currentTarget.value)}
        />
        <TextInput
          type="number"
          min={1}
          label={t("crisis:services.minutes")}
          description={t("crisis:services.minutesHint")}
          value={minutes}
          onChange={(event) => setMinutes(event.currentTarget.value)}
        />
        {isMoved ? (
          <Textarea
            label={t("crisis:services.note")}
            description={t("crisis:services.noteHint")}
            autosize
            minRows={2}
            maxLength={2000}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
        ) : null}
        {isOvertaken ? (
          <div className={classes.warning} role="alert">
            <p>
              {t("crisis:services.overtaken", {
                name: service.name,
                tolerance: service.tolerance,
                count: service.maxMinutes ?? 0,
                text: service.maxMinutes ?? "–",
              })}
            </p>
            <Button size="compact-xs" variant="default" onClick={() => setVersion(service.version)}>
              {t("crisis:services.keepMine")}
            </Button>
          </div>
        ) : (saving.error ?? removing.error) ? (
          <ProblemNote error={saving.error ?? removing.error} />
        ) : null}
        <Group justify="flex-end" gap="xs">
          {service ? (
            <Button
              variant="subtle"
              color="shu"
              mr="auto"
              loading={removing.isPending}
              onClick={() => void ask(service)}
            >
              {t("crisis:services.remove")}…
            </Button>
          ) : null}
          <Button variant="default" onClick={onClose}>
            {t("shell:action.cancel")}
          </Button>
          <Button type="submit" disabled={!isComplete || isOvertaken} loading={saving.isPending}>
            {t("crisis:services.save")}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
