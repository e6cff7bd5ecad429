import { useTranslation } from "react-i18next";
import type { Rota } from "../../../api/on-call.ts";
import { AlertTriangleIcon } from "../../../ui/icons.ts";
import classes from "../notify.module.css";

type NameProps = { readonly rota: Pick<Rota, "unreachable">; readonly person: { id: string; name: string } };

/** Somebody of a rota; who cannot be called has a mark and a word. */
export function OnCallName({ rota, person }: NameProps) {
  const { t } = useTranslation("notify");
  if (!rota.unreachable.includes(person.id)) return person.name;
  return (
    <span className={classes.state} data-state="dead" title={t("rota.unreachableHint")}>
      <AlertTriangleIcon size={15} stroke={1.7} aria-hidden />
      {person.name} ({t("rota.unreachable")})
    </span>
  );
}
