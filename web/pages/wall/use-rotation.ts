import { useReducedMotion } from "@mantine/hooks";
import { useEffect, useState } from "react";

const LEAST_S = 5;

/**
 * Which panel stands alone now; undefined = all of them at once, as long as nobody asks for seconds. Who wants less motion
 * changes panels by hand alone.
 */
export function useRotation(panels: number, seconds: number) {
  const [at, setAt] = useState(0);
  const [isHeldByHand, setHeld] = useState<boolean>();
  const isCalm = useReducedMotion(false);
  const isHeld = isHeldByHand ?? isCalm;
  const isAsked = seconds >= LEAST_S && panels > 0;
  useEffect(() => {
    if (!isAsked || isHeld) return;
    const timer = setInterval(() => setAt((now) => (now + 1) % panels), seconds * 1_000);
    return () => clearInterval(timer);
  }, [isAsked, isHeld, panels, seconds]);
  return { at: isAsked ? at % panels : undefined, isHeld, toggle: () => setHeld(!isHeld) };
}
