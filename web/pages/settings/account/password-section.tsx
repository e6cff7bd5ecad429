import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../../api/client.ts";
import { changePassword, sessionsQuery } from "../../../api/session.ts";
import { MIN_PASSWORD_CHARS, PasswordField } from "../../../ui/new-password.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { toastDone } from "../../../ui/toast.tsx";
import classes from "./account.module.css";

export function PasswordSection() {
  const { t } = useTranslation("profile");
  const [former, setFormer] = useState("");
  const [next, setNext] = useState("");
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: () => changePassword(former, next),
    onSuccess: () => {
      setFormer("");
      setNext("");
      toastDone(t("passwordChanged"));
      void queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate();
  };
  const isWrong = change.error instanceof ApiProblem && change.error.facts.reason === "INVALID_PASSWORD";
  return (
    <Section title={t("changePassword")}>
      <form onSubmit={submit} className={classes.form}>
        {change.error && !isWrong ? <ProblemNote error={change.error} /> : null}
        <PasswordField
          label={t("currentPassword")}
          value={former}
          onChange={setFormer}
          error={isWrong ? t("wrongPassword") : undefined}
        />
        <PasswordField label={t("newPassword")} value={next} onChange={setNext} isNew />
        <div>
          <Button
            type="submit"
            variant="default"
            loading={change.isPending}
            disabled={former === "" || [...next].length < MIN_PASSWORD_CHARS}
          >
            {t("changeSubmit")}
          </Button>
        </div>
      </form>
    </Section>
  );
}
