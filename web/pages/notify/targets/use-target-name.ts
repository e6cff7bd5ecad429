import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { channelsQuery, type Target } from "../../../api/notify.ts";
import { policiesQuery, rotasQuery } from "../../../api/on-call.ts";
import { meQuery } from "../../../api/session.ts";
import { useRoleName } from "../../../parts/use-role-name.ts";

/** What a target is called. One that is gone, or not the reader's to see, has a word of its own. */
export function useTargetName(): (target: Target) => string {
  const { t } = useTranslation("notify");
  const roleName = useRoleName();
  const { channels, rotas, policies } = useOffered();
  return useCallback(
    (target) => {
      const named = (items: readonly { id: string; name: string }[], id: string) =>
        items.find((item) => item.id === id)?.name ?? t("target.unknown");
      switch (target.kind) {
        case "role":
          return roleName(target.role);
        case "person":
          return target.name || t("target.unknown");
        case "owner":
          return t("target.owner");
        case "channel":
          return named(channels, target.channelId);
        case "rota":
          return t("target.rotaOf", { name: named(rotas, target.rotaId) });
        case "policy":
          return t("target.policyOf", { name: named(policies, target.policyId) });
      }
    },
    [t, roleName, channels, rotas, policies],
  );
}

const NONE: readonly never[] = [];

/** Channels, rotas and policies that the reader sees, by name. */
export function useOffered() {
  const { data: me } = useQuery(meQuery);
  const mayRead = me?.permissions.includes("notify:read") === true;
  const mayReadIncidents = me?.permissions.includes("incident:read") === true;
  const { data: channels } = useQuery({ ...channelsQuery, enabled: mayRead });
  const { data: rotas } = useQuery({ ...rotasQuery, enabled: mayReadIncidents });
  const { data: policies } = useQuery({ ...policiesQuery, enabled: mayReadIncidents });
  const named = ({ id, content }: { id: string; content: { name: string } }) => ({ id, name: content.name });
  return {
    channels: channels?.items ?? NONE,
    rotas: rotas?.items.map(named) ?? NONE,
    policies: policies?.items.map(named) ?? NONE,
  };
}
