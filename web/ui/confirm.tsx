import { lazy, Suspense, useSyncExternalStore } from "react";
import type { Asked, Question } from "./question.ts";

const ConfirmDialog = lazy(() =>
  import("./confirm-dialog.tsx").then(({ ConfirmDialog }) => ({ default: ConfirmDialog })),
);

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
