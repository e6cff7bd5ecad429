import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useProblemText } from "../../../ui/problem-note.tsx";
import { toastDone, toastProblem } from "../../../ui/toast.tsx";

/** Moves alerts between incidents, and lets every list and page ask again. */
export function useMove(said: string) {
  const queryClient = useQueryClient();
  const problemText = useProblemText();
  return useMutation({
    mutationFn: (move: () => Promise<unknown>) => move(),
    onSuccess: () => toastDone(said),
    onError: (error) => toastProblem(problemText(error).title, problemText(error).advice),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["incidents"] }),
  });
}
