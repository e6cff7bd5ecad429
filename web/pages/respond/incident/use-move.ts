import { useMutation, useQueryClient } from "@tanstack/react-query";
import { toastDone } from "../../../ui/toast.tsx";
import { useToastProblem } from "../../../ui/use-toast-problem.ts";

/** Moves alerts between incidents, and lets every list and page ask again. */
export function useMove(said: string) {
  const queryClient = useQueryClient();
  const toastProblem = useToastProblem();
  return useMutation({
    mutationFn: (move: () => Promise<unknown>) => move(),
    onSuccess: () => toastDone(said),
    onError: toastProblem,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ["incidents"] }),
  });
}
