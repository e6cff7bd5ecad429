import type { ModalRootProps } from "@mantine/core";
import { lazy, type ReactNode, Suspense } from "react";

const DialogNow = lazy(() => import("./dialog-now.tsx").then(({ DialogNow }) => ({ default: DialogNow })));

export type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly size?: ModalRootProps["size"];
  /** The title is only for screen readers; the content says what this is to those who see it. */
  readonly isBare?: boolean;
  readonly children: ReactNode;
};

/** A question that must be answered before going on. Its frame is fetched with the first question, not with the page. */
export function Dialog(props: DialogProps) {
  return (
    <Suspense>
      <DialogNow {...props} />
    </Suspense>
  );
}
