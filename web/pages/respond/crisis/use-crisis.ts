import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Crisis, crisisQuery } from "../../../api/crisis.ts";

/** Writes to the course of an incident and puts the answer on the page. The form keeps what was typed when it fails. */
export function useCrisisChange<Input>(id: string, act: (input: Input) => Promise<Crisis>, onDone: () => void) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (crisis) => {
      queryClient.setQueryData(crisisQuery(id).queryKey, crisis);
      void queryClient.invalidateQueries({ queryKey: ["incidents", "feed", id] });
      onDone();
    },
    // What somebody else did meanwhile is shown behind the form that says so.
    onError: () => void queryClient.invalidateQueries({ queryKey: crisisQuery(id).queryKey }),
  });
}
