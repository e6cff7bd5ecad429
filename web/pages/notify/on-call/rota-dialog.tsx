import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { addRota, ROTATIONS, type Rota, type RotaContent, rotasQuery, saveRota } from "../../../api/on-call.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { wallClockOf } from "../../../ui/clock.ts";
import { Dialog } from "../../../ui/dialog.tsx";
import { ArrowDownIcon, ArrowUpIcon } from "../../../ui/icons.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { type Chosen, PersonField } from "../../respond/casework/person-field.tsx";
import classes from "../notify.module.css";
import { ZoneField } from "../zone-field.tsx";

export function RotaDialog({ rota, onClose }: { readonly rota: Rota | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation("notify");
  const { units, nameOf } = useUnit();
  const queryClient = useQueryClient();
  const writable = units.filter(({ permissions }) => permissions.includes("notify:write"));
  const [unitId, setUnit] = useState(rota?.unitId ?? writable[0]?.id ?? "");
  const [draft, setDraft] = useState<RotaContent>(
    rota?.content ?? {
      name: "",
      zone: "Asia/Tokyo",
      rotation: "weekly",
      handoverAt: "09:00",
      startsOn: wallClockOf(Date.now(), "Asia/Tokyo").slice(0, 10),
      people: [],
    },
  );
  const change = (part: Partial<RotaContent>) => setDraft((now) => ({ ...now, ...part }));
  const save = useMutation({
    mutationFn: () =>
      rota === undefined
        ? addRota({ unitId, content: draft })
        : saveRota(rota.id, { version: rota.version, content: draft }),
    onSuccess: (answer) => {
      queryClient.setQueryData(rotasQuery.queryKey, answer);
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog title={rota ? t("rota.edit", { name: rota.content.name }) : t("rota.add")} onClose={onClose} size={640}>
      <form onSubmit={submit} className={classes.form}>
        {save.error ? <ProblemNote error={save.error} /> : null}
        <div className={classes.pair}>
          <TextInput
            label={t("name")}
            value={draft.name}
            onChange={(event) => change({ name: event.currentTarget.value })}
            required
            withAsterisk={false}
            maxLength={120}
            data-autofocus
          />
          {rota ? null : (
            <NativeSelect
              label={t("unit")}
              value={unitId}
              onChange={(event) => setUnit(event.currentTarget.value)}
              data={writable.map(({ id }) => ({ value: id, label: nameOf(id) }))}
            />
          )}
          <NativeSelect
            label={t("rota.rotationLabel")}
            value={draft.rotation}
            onChange={({ currentTarget }) =>
              change({ rotation: ROTATIONS.find((one) => one === currentTarget.value) ?? "weekly" })
            }
            data={ROTATIONS.map((value) => ({ value, label: t(`rota.rotation.${value}`) }))}
          />
          <TextInput
            type="time"
            label={t("rota.handoverAt")}
            value={draft.handoverAt}
            onChange={(event) => change({ handoverAt: event.currentTarget.value })}
            required
            withAsterisk={false}
          />
          <TextInput
            type="date"
            label={t("rota.startsOn")}
            value={draft.startsOn}
            onChange={(event) => change({ startsOn: event.currentTarget.value })}
            required
            withAsterisk={false}
          />
          <ZoneField label={t("zone")} value={draft.zone} onChange={(zone) => change({ zone })} />
        </div>
        <People unitId={rota?.unitId ?? unitId} people={draft.people} onChange={(people) => change({ people })} />
        <p className={classes.hint}>{t("rota.holidays")}</p>
        <Button type="submit" loading={save.isPending} disabled={draft.people.length === 0 || draft.name.trim() === ""}>
          {t("save")}
        </Button>
      </form>
    </Dialog>
  );
}

type PeopleProps = {
  readonly unitId: string;
  readonly people: RotaContent["people"];
  readonly onChange: (people: RotaContent["people"]) => void;
};

/** In the order of their turns. */
function People({ unitId, people, onChange }: PeopleProps) {
  const { t } = useTranslation("notify");
  const [next, setNext] = useState<Chosen>(null);
  const move = (at: number, by: number) => {
    const moved = [...people];
    const [person] = moved.splice(at, 1);
    if (person) moved.splice(at + by, 0, person);
    onChange(moved);
  };
  return (
    <fieldset className={classes.fieldset}>
      <legend>{t("rota.people")}</legend>
      {people.length > 0 ? (
        <ol className={classes.steps}>
          {people.map(({ id, name }, at) => (
            <li key={id}>
              <span className={classes.row}>
                {name}
                <Button
                  size="compact-xs"
                  variant="subtle"
                  disabled={at === 0}
                  aria-label={t("rota.earlier", { name })}
                  onClick={() => move(at, -1)}
                >
                  <ArrowUpIcon size={14} aria-hidden />
                </Button>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  disabled={at === people.length - 1}
                  aria-label={t("rota.later", { name })}
                  onClick={() => move(at, 1)}
                >
                  <ArrowDownIcon size={14} aria-hidden />
                </Button>
                <Button
                  size="compact-xs"
                  variant="subtle"
                  color="shu"
                  aria-label={t("target.remove", { name })}
                  onClick={() => onChange(people.filter((person) => person.id !== id))}
                >
                  {t("remove")}
                </Button>
              </span>
            </li>
          ))}
        </ol>
      ) : null}
      <div className={classes.pair}>
        <PersonField label={t("rota.next")} value={next} onChange={setNext} unitId={unitId} />
        <Button
          variant="default"
          disabled={next === null || people.some(({ id }) => id === next.id)}
          onClick={() => {
            if (next) onChange([...people, next]);
            setNext(null);
          }}
        >
          {t("target.add")}
        </Button>
      </div>
    </fieldset>
  );
}
