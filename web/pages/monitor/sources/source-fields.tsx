import { NativeSelect, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { ENCODING_CHOICES, type EncodingChoice } from "../../../../src/kernel/encoding/contract.ts";
import { parsersQuery } from "../../../api/parsers.ts";
import type { SourceCreateInput, SourceKind, Transport } from "../../../api/sources.ts";
import { useUnit } from "../../../app/shell/use-unit.ts";
import { ENCODING_NAMES } from "../../../parts/encoding-name.ts";

// The parser's own list; the type in the contract keeps an id to its shape, the server to what exists.
const FORMATS = [
  "auto",
  "windows",
  "syslog",
  "json",
  "apache",
  "nginx",
  "web",
  "squid",
  "cef",
  "leef",
  "zeek",
  "w3c",
  "csv",
  "keyvalue",
  "panos",
  "checkpoint",
  "sonicwall",
  "yamaha",
  "raw",
] as const;
/** In front of the id of a parser that somebody wrote. */
const CUSTOM = "custom.";
const ZONES = [
  "",
  "Asia/Tokyo",
  "UTC",
  "Asia/Singapore",
  "Asia/Shanghai",
  "Europe/London",
  "Europe/Berlin",
  "America/New_York",
  "America/Los_Angeles",
] as const;

export type SourceDraft = {
  name: string;
  unitId: string;
  format: string;
  timeZone: string;
  encoding: EncodingChoice;
  match: NonNullable<SourceCreateInput["match"]>;
};
type FieldsProps = {
  readonly kind: SourceKind;
  readonly draft: SourceDraft;
  readonly onChange: (part: Partial<SourceDraft>) => void;
};

export function SourceFields({ kind, draft, onChange }: FieldsProps) {
  const { t } = useTranslation(["sources", "monitor"]);
  const { units, nameOf } = useUnit();
  const { data: parsers } = useQuery(parsersQuery);
  const custom = (parsers?.items ?? []).filter(({ publishedVersion }) => publishedVersion !== null);
  // What a source is pinned to stays a choice, also when its parser is out of force.
  const pinned = draft.format.startsWith(CUSTOM) && !custom.some(({ id }) => CUSTOM + id === draft.format);
  const writable = units.filter(({ permissions }) => permissions.includes("source:write"));
  return (
    <>
      <TextInput
        label={t("sources:field.name")}
        description={t("sources:field.nameHint")}
        value={draft.name}
        onChange={(event) => onChange({ name: event.currentTarget.value })}
        required
        withAsterisk={false}
        maxLength={120}
      />
      <NativeSelect
        label={t("sources:field.unit")}
        description={t("sources:field.unitHint")}
        value={draft.unitId}
        onChange={(event) => onChange({ unitId: event.currentTarget.value })}
        data={writable.map(({ id }) => ({ value: id, label: nameOf(id) }))}
      />
      {kind === "syslog" ? <MatchFields match={draft.match} onChange={(match) => onChange({ match })} /> : null}
      <NativeSelect
        label={t("sources:field.format")}
        value={draft.format}
        onChange={(event) => onChange({ format: event.currentTarget.value })}
        data={[
          ...FORMATS.map((value): { value: string; label: string } => ({ value, label: t(`monitor:format.${value}`) })),
          ...custom.map(({ id, title }) => ({ value: CUSTOM + id, label: title })),
          ...(pinned ? [{ value: draft.format, label: draft.format.slice(CUSTOM.length) }] : []),
        ]}
      />
      <NativeSelect
        label={t("sources:field.timeZone")}
        description={t("sources:field.timeZoneHint")}
        value={draft.timeZone}
        onChange={(event) => onChange({ timeZone: event.currentTarget.value })}
        data={[...new Set([...ZONES, draft.timeZone])].map((value) => ({ value, label: value || "UTC" }))}
      />
      <NativeSelect
        label={t("sources:field.encoding")}
        description={t("sources:field.encodingHint")}
        value={draft.encoding}
        onChange={(event) => {
          const encoding = ENCODING_CHOICES.find((name) => name === event.currentTarget.value);
          if (encoding) onChange({ encoding });
        }}
        data={ENCODING_CHOICES.map((value) => ({
          value,
          label: value === "auto" ? t("monitor:format.auto") : ENCODING_NAMES[value],
        }))}
      />
    </>
  );
}

/** Ways in whose senders are recognized by address or name. */
const BY_ADDRESS = ["syslog-udp", "syslog-tcp", "syslog-tls", "relp", "lumberjack", "forward", "flow-udp"] as const;

type MatchProps = { readonly match: SourceDraft["match"]; readonly onChange: (match: SourceDraft["match"]) => void };

function MatchFields({ match, onChange }: MatchProps) {
  const { t } = useTranslation(["sources", "monitor"]);
  const change = (part: { transport?: Transport | undefined; peer?: string; hostName?: string }) => {
    const next = { ...match, ...part };
    onChange({
      ...(next.transport ? { transport: next.transport } : {}),
      ...(next.peer ? { peer: next.peer } : {}),
      ...(next.hostName ? { hostName: next.hostName } : {}),
    });
  };
  return (
    <>
      <TextInput
        label={t("sources:field.peer")}
        description={t("sources:field.peerHint")}
        placeholder="10.1.0.0/16"
        value={match.peer ?? ""}
        onChange={(event) => change({ peer: event.currentTarget.value.normalize("NFKC").trim() })}
        maxLength={64}
      />
      <TextInput
        label={t("sources:field.hostName")}
        description={t("sources:field.hostNameHint")}
        placeholder="fw-*"
        value={match.hostName ?? ""}
        onChange={(event) => change({ hostName: event.currentTarget.value })}
        maxLength={255}
      />
      <NativeSelect
        label={t("sources:field.transport")}
        value={match.transport ?? ""}
        onChange={(event) => {
          const value = event.currentTarget.value;
          change({ transport: BY_ADDRESS.find((transport) => transport === value) });
        }}
        data={[
          { value: "", label: t("sources:field.anyTransport") },
          ...BY_ADDRESS.map((transport) => ({ value: transport, label: t(`monitor:transport.${transport}`) })),
        ]}
      />
    </>
  );
}
