import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type Notebook, notebookQuery } from "../../../api/notebooks.ts";

/** A change of a notebook, whose answer is the notebook as it is then. */
export function useChangeBook<T>(id: string, change: (input: T) => Promise<Notebook>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: (book) => {
      queryClient.setQueryData(notebookQuery(id).queryKey, book);
      void queryClient.invalidateQueries({ queryKey: ["notebooks", "list"] });
    },
    // What stands there is no longer what the page shows.
    onError: () => void queryClient.invalidateQueries({ queryKey: notebookQuery(id).queryKey }),
  });
}
