import { useTranslation } from "react-i18next";
import type { IncidentRow } from "../../../api/incidents.ts";

/** The words for a status: what is open and nobody's has not been begun. */
export const statusKey = ({ status, owner }: Pick<IncidentRow, "status" | "owner">): string =>
  status === "open" && owner === null ? "status.new" : `status.${status}`;

const BY_ITSELF = /^yagura:(withdrawn|dispersed|absorbed|yielded|moved-back|merged)(?::([^:]*))?(?::(.*))?$/su;

/** Why an incident was closed: a person's words as they are, Yagura's own in the reader's language. */
export function useClosingReason(): (reason: string) => string {
  const { t } = useTranslation("incident");
  return (reason) => {
    const [, what, first = "", second = ""] = BY_ITSELF.exec(reason) ?? [];
    if (what === undefined) return reason;
    return t(`closedByItself.${what}`, { first, second });
  };
}
