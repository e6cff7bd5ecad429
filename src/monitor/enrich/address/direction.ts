/** Where traffic goes, seen from the perimeter. Source: ECS 9 network.direction, "network- or perimeter-based monitoring". */
export type Direction = "internal" | "inbound" | "outbound" | "external";

export function directionOf(isSourceInside: boolean, isDestinationInside: boolean): Direction {
  if (isSourceInside) return isDestinationInside ? "internal" : "outbound";
  return isDestinationInside ? "inbound" : "external";
}
