import { createContext, type ReactNode, useContext, useMemo, useState } from "react";
import { browserZone, formatInstant, type Zone } from "./clock.ts";

const STORED = "yagura.zone";

type Clock = { readonly zone: Zone; readonly setZone: (zone: Zone) => void };
const ClockContext = createContext<Clock>({ zone: "Asia/Tokyo", setZone: () => undefined });

/** The zones on offer; the viewer's own only when it is neither of the other two. */
export const offeredZones = (): readonly Zone[] =>
  ["Asia/Tokyo", "UTC"].includes(browserZone()) ? ["Asia/Tokyo", "UTC"] : ["Asia/Tokyo", "UTC", "local"];

export function ClockProvider({ children }: { readonly children: ReactNode }) {
  const [zone, choose] = useState<Zone>(storedZone);
  const clock = useMemo(
    () => ({
      zone,
      setZone: (next: Zone) => {
        choose(next);
        try {
          localStorage.setItem(STORED, next);
        } catch {
          // Without storage the choice lasts for this visit.
        }
      },
    }),
    [zone],
  );
  return <ClockContext value={clock}>{children}</ClockContext>;
}

export const useClock = (): Clock => useContext(ClockContext);

function storedZone(): Zone {
  try {
    const stored = localStorage.getItem(STORED);
    const known = (["Asia/Tokyo", "UTC", "local"] as const).find((zone) => zone === stored);
    if (known) return known;
  } catch {
    // Fall through to the default.
  }
  return browserZone() === "Asia/Tokyo" || browserZone() === "UTC" ? "Asia/Tokyo" : "local";
}

/** An instant in the viewer's zone, with the exact UTC instant for machines. */
export function Instant({ at }: { readonly at: string | null }) {
  const { zone } = useClock();
  if (at === null || at === "") return <span>–</span>;
  return (
    <time dateTime={at} style={{ whiteSpace: "nowrap" }}>
      {formatInstant(at, zone)}
    </time>
  );
}
