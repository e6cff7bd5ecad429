import { lazy, Suspense } from "react";
import type { DialogProps } from "./dialog-now.tsx";

const DialogNow = lazy(() => import("./dialog-now.tsx").then(({ DialogNow }) => ({ default: DialogNow })));

/** A question that must be answered before going on. Its frame is fetched with the first question, not with the page. */
export function Dialog(props: DialogProps) {
  return (
    <Suspense>
      <DialogNow {...props} />
    </Suspense>
  );
}
