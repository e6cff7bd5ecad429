import { useIsFetching } from "@tanstack/react-query";
import { type ReactNode, Suspense, useEffect, useState } from "react";

/** Nothing was asked of the server for so long: the page has what it came for. */
const CALM_MS = 150;
/** A question that takes longer holds nothing back any more. */
const PATIENCE_MS = 3_000;

/**
 * What accompanies a page, drawn once the page has its first answers: neither its code nor its questions are to compete with them.
 * `instead` keeps its place meanwhile.
 */
export function AfterPage({ children, instead }: { readonly children: ReactNode; readonly instead?: ReactNode }) {
  const isBusy = useIsFetching() > 0;
  const [isTime, setTime] = useState(false);
  useEffect(() => {
    if (isTime) return;
    const timer = setTimeout(() => setTime(true), isBusy ? PATIENCE_MS : CALM_MS);
    return () => clearTimeout(timer);
  }, [isBusy, isTime]);
  return isTime ? <Suspense fallback={instead}>{children}</Suspense> : instead;
}
