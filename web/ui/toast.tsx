import { lazy, Suspense, useSyncExternalStore } from "react";
import type { ToastMessage } from "./toast-stack.tsx";

const ToastStack = lazy(() => import("./toast-stack.tsx").then(({ ToastStack }) => ({ default: ToastStack })));

type Undo = { readonly label: string; readonly act: () => void };

let messages: readonly ToastMessage[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

/** Says that something was done; with `undo`, offers to take it back instead of having asked first. */
export const toastDone = (message: string, undo?: Undo): void => say({ kind: "done", message, undo });

export const toastProblem = (title: string, message: string): void => say({ kind: "problem", title, message });

/** Where messages appear. Its code is fetched with the first message, not with the first page. */
export function ToastHost() {
  const waiting = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => messages,
  );
  if (waiting.length === 0) return null;
  return (
    <Suspense>
      <ToastStack messages={waiting} />
    </Suspense>
  );
}

function say(message: Omit<ToastMessage, "id">): void {
  lastId += 1;
  messages = [...messages.slice(-20), { ...message, id: lastId }];
  for (const listener of listeners) listener();
}
