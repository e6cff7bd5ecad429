import { lazy, Suspense } from "react";

const Bell = lazy(() => import("./bell.tsx").then(({ Bell }) => ({ default: Bell })));

/** Where the bell hangs. Its code comes after the page: the first page is not to wait for it. */
export const BellSlot = ({ className }: { readonly className: string | undefined }) => (
  <Suspense>
    <Bell className={className} />
  </Suspense>
);
