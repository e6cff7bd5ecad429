import { lazy, Suspense } from "react";

const LiveRefresh = lazy(() => import("./live-refresh.tsx").then(({ LiveRefresh }) => ({ default: LiveRefresh })));

/** Its code comes after the page: the first page is not to wait for it. */
export const LiveSlot = () => (
  <Suspense>
    <LiveRefresh />
  </Suspense>
);
