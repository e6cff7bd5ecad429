import { useTranslation } from "react-i18next";
import { partsOf, type Zone } from "../../ui/clock.ts";
import { useSecond } from "./use-second.ts";
import classes from "./wall.module.css";

const ZONES: readonly { readonly name: "tokyo" | "utc"; readonly zone: Zone }[] = [
  { name: "tokyo", zone: "Asia/Tokyo" },
  { name: "utc", zone: "UTC" },
];

export function Clocks() {
  const { t } = useTranslation("live");
  const now = useSecond();
  return (
    <div className={classes.clocks}>
      {ZONES.map(({ name, zone }) => {
        const { year, month, day, hour, minute, second } = partsOf(now, zone);
        return (
          <p key={name}>
            <span>{t(`wall.zone.${name}`)}</span> <small>{`${year}/${month}/${day}`}</small>{" "}
            <strong>{`${hour}:${minute}:${second}`}</strong>
          </p>
        );
      })}
    </div>
  );
}
