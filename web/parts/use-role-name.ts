import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { type RoleName, rolesQuery } from "../api/session.ts";
import { currentLanguage } from "../app/i18n.ts";

/** The name of a role in the reader's language. */
export function useRoleName(): (role: RoleName) => string {
  const { data } = useQuery(rolesQuery);
  const language = currentLanguage();
  return useCallback(
    (role) => data?.items.find((item) => item.role === role)?.name[language] ?? role,
    [data, language],
  );
}
