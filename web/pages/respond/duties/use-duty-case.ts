import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { type DutyCase, dutyCaseQuery } from "../../../api/duties.ts";
import { toastDone } from "../../../ui/toast.tsx";

/** Something recorded in a case: the answer goes onto the page, and what else shows the clocks asks again. */
export function useRecord<Input>(ref: string, act: (input: Input) => Promise<DutyCase>, onDone?: () => void) {
  const { t } = useTranslation("duties");
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: (answer) => {
      queryClient.setQueryData(dutyCaseQuery(ref).queryKey, answer);
      void queryClient.invalidateQueries({ queryKey: ["duties", "clocks"] });
      void queryClient.invalidateQueries({ queryKey: ["duties", "draft"] });
      toastDone(t("saved"));
      onDone?.();
    },
    // The newest state comes onto the page; what was typed stays in its dialog.
    onError: () => void queryClient.invalidateQueries({ queryKey: ["duties", "case"] }),
  });
}
