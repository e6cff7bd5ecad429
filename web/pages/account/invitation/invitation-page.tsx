import { Button } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { acceptInvitation, checkInvitation } from "../../../api/session.ts";
import { Empty } from "../../../ui/empty.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { MIN_PASSWORD_CHARS, PasswordField } from "../../../ui/new-password.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "../gate.module.css";
import { Gate } from "../gate.tsx";
import { takeSecret } from "../secret-link.ts";

export function InvitationPage() {
  const { t } = useTranslation("account");
  const [token] = useState(takeSecret);
  const check = useQuery({
    queryKey: ["invitation", token],
    queryFn: () => checkInvitation(token),
    enabled: token.length >= 20,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (token.length < 20 || check.error)
    return (
      <Gate title={t("invitation.title")}>
        <Empty
          title={token.length < 20 ? t("invitation.noToken") : t("invitation.expired")}
          actions={
            <LinkButton to="/sign-in" variant="default">
              {t("setup.toSignIn")}
            </LinkButton>
          }
        >
          {t("invitation.expiredAdvice")}
        </Empty>
      </Gate>
    );
  if (!check.data)
    return (
      <Gate title={t("invitation.title")}>
        <RowsSkeleton rows={4} />
      </Gate>
    );
  return (
    <Gate title={t("invitation.title")} lead={t("invitation.lead", { name: check.data.name })}>
      <AcceptForm token={token} email={check.data.email} />
    </Gate>
  );
}

function AcceptForm({ token, email }: { readonly token: string; readonly email: string }) {
  const { t } = useTranslation("account");
  const [password, setPassword] = useState("");
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const accept = useMutation({
    mutationFn: () => acceptInvitation(token, password),
    onSuccess: async ({ isSignedIn }) => {
      queryClient.removeQueries({ queryKey: ["me"] });
      await navigate({ to: isSignedIn ? "/" : "/sign-in", search: {} });
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ([...password].length >= MIN_PASSWORD_CHARS) accept.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.fields}>
      {accept.error ? <ProblemNote error={accept.error} /> : null}
      <p>
        {t("invitation.email")} <strong>{email}</strong>
      </p>
      {/* Password managers pair the new password with this address. */}
      <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField label={t("signIn.password")} value={password} onChange={setPassword} isNew autoFocus />
      <Button type="submit" size="md" loading={accept.isPending} fullWidth>
        {t("invitation.submit")}
      </Button>
    </form>
  );
}
