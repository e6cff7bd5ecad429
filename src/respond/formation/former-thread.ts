import { parentPort } from "node:worker_threads";
import { createFormer, type FormOrder, type PreviewOrder } from "./former.ts";

export type Ordered =
  | { readonly number: number; readonly do: "form"; readonly order: FormOrder }
  | { readonly number: number; readonly do: "preview"; readonly order: PreviewOrder };
export type Answered = { readonly number: number; readonly answer?: unknown; readonly problem?: string };

const former = createFormer();

parentPort?.on("message", async (asked: Ordered) => {
  const { number } = asked;
  const say = (answered: Answered): void => parentPort?.postMessage(answered);
  try {
    const answer = asked.do === "form" ? await former.form(asked.order) : await former.preview(asked.order);
    say({ number, answer });
  } catch (error) {
    say({ number, problem: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
