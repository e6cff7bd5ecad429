import { Button, NativeSelect, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  addChannel,
  CHANNEL_KINDS,
  type Channel,
  type ChannelKind,
  type ChannelMade,
  channelsQuery,
  saveChannel,
} from "../../../api/notify.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { CopyButton } from "../../../ui/copy.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "../notify.module.css";

type DialogProps = { readonly channel: Channel | undefined; readonly onClose: () => void };

export function ChannelDialog({ channel, onClose }: DialogProps) {
  const { t } = useTranslation("notify");
  const { units, nameOf } = useUnit();
  const queryClient = useQueryClient();
  const writable = units.filter(({ permissions }) => permissions.includes("notify:write"));
  const [draft, setDraft] = useState({
    name: channel?.name ?? "",
    kind: channel?.kind ?? ("slack" as ChannelKind),
    locale: channel?.locale ?? ("ja" as const),
    unitId: channel?.unitId ?? writable[0]?.id ?? "",
    address: "",
    isEnabled: channel?.isEnabled ?? true,
    isNewSecret: false,
  });
  const [made, setMade] = useState<ChannelMade>();
  const change = (part: Partial<typeof draft>) => setDraft((now) => ({ ...now, ...part }));
  const { name, kind, locale, unitId, isEnabled, isNewSecret } = draft;
  const address = draft.address.trim();
  const save = useMutation({
    mutationFn: () =>
      channel === undefined
        ? addChannel({ unitId, name, kind, locale, address })
        : saveChannel(channel.id, {
            version: channel.version,
            name,
            locale,
            isEnabled,
            isNewSecret,
            ...(address !== "" && { address }),
          }),
    onSuccess: async (answer) => {
      await queryClient.invalidateQueries({ queryKey: channelsQuery.queryKey });
      if (answer.secret === null) onClose();
      else setMade(answer);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  if (made?.secret)
    return (
      <Dialog title={t("channel.secretTitle")} onClose={onClose}>
        <div className={classes.form}>
          <p>{t("channel.secretLead")}</p>
          <code className={classes.secret}>{made.secret}</code>
          <div className={classes.row}>
            <CopyButton text={made.secret} />
            <Button size="xs" onClick={onClose}>
              {t("channel.kept")}
            </Button>
          </div>
        </div>
      </Dialog>
    );
  return (
    <Dialog title={channel ? t("channel.edit", { name: channel.name }) : t("channel.add")} onClose={onClose} size={560}>
      <form onSubmit={submit} className={classes.form}>
        {save.error ? <ProblemNote error={save.error} /> : null}
        <TextInput
          label={t("name")}
          value={name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          required
          withAsterisk={false}
          maxLength={120}
          data-autofocus
        />
        {channel ? null : (
          <>
            <NativeSelect
              label={t("channel.kind")}
              value={kind}
              onChange={({ currentTarget }) =>
                change({ kind: CHANNEL_KINDS.find((one) => one === currentTarget.value) ?? "slack" })
              }
              data={CHANNEL_KINDS.map((value) => ({ value, label: t(`via.${value}`) }))}
            />
            <NativeSelect
              label={t("unit")}
              description={t("channel.unitHint")}
              value={unitId}
              onChange={(event) => change({ unitId: event.currentTarget.value })}
              data={writable.map(({ id }) => ({ value: id, label: nameOf(id) }))}
            />
          </>
        )}
        <TextInput
          label={kind === "email" ? t("channel.mailAddress") : t("channel.address")}
          description={channel ? t("channel.addressKept", { shown: channel.shown }) : t(`channel.addressHint.${kind}`)}
          type={kind === "email" ? "email" : "url"}
          value={draft.address}
          onChange={(event) => change({ address: event.currentTarget.value })}
          required={channel === undefined}
          withAsterisk={false}
          maxLength={2000}
          autoComplete="off"
        />
        <NativeSelect
          label={t("channel.language")}
          value={locale}
          onChange={({ currentTarget }) => change({ locale: currentTarget.value === "en" ? "en" : "ja" })}
          data={(["ja", "en"] as const).map((value) => ({ value, label: t(`locale.${value}`) }))}
        />
        {channel ? (
          <>
            <Switch
              label={t("isEnabled")}
              checked={isEnabled}
              onChange={(event) => change({ isEnabled: event.currentTarget.checked })}
            />
            {kind === "webhook" ? (
              <Switch
                label={t("channel.newSecret")}
                checked={isNewSecret}
                onChange={(event) => change({ isNewSecret: event.currentTarget.checked })}
              />
            ) : null}
          </>
        ) : null}
        <Button type="submit" loading={save.isPending}>
          {t("save")}
        </Button>
      </form>
    </Dialog>
  );
}
