import { useSearch } from "@tanstack/react-router";
import { RuleBoardPage } from "./rules-page.tsx";
import { UnitBoardPage } from "./units-page.tsx";

/** Which board is in the address; units unless it says otherwise. */
export function BoardPage() {
  const { board } = useSearch({ from: "/frame/dashboards" });
  return board === "rules" ? <RuleBoardPage /> : <UnitBoardPage />;
}
