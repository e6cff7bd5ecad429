import { lazy, Suspense, useSyncExternalStore } from "react";

const ConfirmDialog = lazy(() =>
  import("./confirm-dialog.tsx").then(({ ConfirmDialog }) => ({ default: ConfirmDialog })),
);

export type Question = {
  readonly title: string;
  readonly body: string;
  readonly action: string;
  /** Ask for a reason, which the answer then carries. */
  readonly reasonLabel?: string;
  readonly isDestructive?: boolean;
};
export type Asked = Question & { readonly answer: (reason: string | undefined) => void };

let asked: Asked | undefined;
const listeners = new Set<() => void>();
const publish = (next: Asked | undefined) => {
  asked = next;
  for (const listener of listeners) listener();
};

/** Asks before something that cannot be undone. Resolves to the reason ("" when none was asked), or undefined = no. */
export function confirm(question: Question): Promise<string | undefined> {
  asked?.answer(undefined);
  return new Promise((resolve) => {
    publish({
      ...question,
      answer: (reason) => {
        publish(undefined);
        resolve(reason);
      },
    });
  });
}

export function ConfirmHost() {
  const question = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => asked,
  );
  if (!question) return null;
  return (
    <Suspense>
      <ConfirmDialog key={question.title} question={question} />
    </Suspense>
  );
}
