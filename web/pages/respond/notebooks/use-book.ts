import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type CellChange, cellResultQuery, type Notebook, notebookQuery } from "../../../api/notebooks.ts";
import { withChange } from "./with-change.ts";

/** A change of a notebook, whose answer is the notebook as it is then. */
export function useChangeBook<T>(id: string, change: (input: T) => Promise<Notebook>) {
  const queryClient = useQueryClient();
  const { queryKey } = notebookQuery(id);
  return useMutation({
    mutationFn: change,
    onSuccess: (book) => {
      queryClient.setQueryData(queryKey, book);
      void queryClient.invalidateQueries({ queryKey: ["notebooks", "list"] });
    },
    // What stands there is no longer what the page shows.
    onError: () => void queryClient.invalidateQueries({ queryKey }),
  });
}

/** A change of one cell, whose answer is that cell and the order of all. */
export function useChangeCell<T>(id: string, change: (input: T) => Promise<CellChange>) {
  const queryClient = useQueryClient();
  const { queryKey } = notebookQuery(id);
  return useMutation({
    mutationFn: change,
    onSuccess: (changed) => {
      const { cell, result } = changed;
      if (cell && result) queryClient.setQueryData(cellResultQuery(id, cell).queryKey, result);
      const book = queryClient.getQueryData(queryKey);
      const next = book && withChange(book, changed);
      if (next) queryClient.setQueryData(queryKey, next);
      else void queryClient.invalidateQueries({ queryKey });
      void queryClient.invalidateQueries({ queryKey: ["notebooks", "list"] });
    },
    onError: () => void queryClient.invalidateQueries({ queryKey }),
  });
}
