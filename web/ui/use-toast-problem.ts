import { ApiProblem } from "../api/client.ts";
import { useProblemText } from "./problem-note.tsx";
import { loadReasons } from "./reasons/reasons.ts";
import { toastProblem } from "./toast.tsx";

/** Says what went wrong, and why as the server has it. Unlike a note on the page, a message is not drawn again once the Japanese sentences come. */
export function useToastProblem(): (error: unknown) => void {
  const problemText = useProblemText();
  return (error) => {
    // Without an answer there is no reason, and no way to its sentences either.
    const isAnswered = error instanceof ApiProblem && error.status > 0;
    void (isAnswered ? loadReasons() : Promise.resolve()).then(() => {
      const { title, told, advice } = problemText(error);
      toastProblem(title, told || advice);
    });
  };
}
