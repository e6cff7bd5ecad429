import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { checkSetup, setUp } from "../../../api/session.ts";
import { changeLanguage, currentLanguage } from "../../../app/i18n.ts";
import { Empty } from "../../../ui/empty.tsx";
import { LinkButton } from "../../../ui/link-button.tsx";
import { MIN_PASSWORD_CHARS, PasswordField } from "../../../ui/new-password.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { RowsSkeleton } from "../../../ui/skeletons.tsx";
import classes from "../gate.module.css";
import { Gate } from "../gate.tsx";
import { takeSecret } from "../secret-link.ts";

export function SetupPage() {
  const { t } = useTranslation("account");
  const [token] = useState(takeSecret);
  const check = useQuery({
    queryKey: ["setup", token],
    queryFn: () => checkSetup(token),
    enabled: token.length >= 20,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (token.length < 20) return <Refused title={t("setup.noToken")} advice={t("setup.noTokenAdvice")} />;
  if (check.data?.isValid === false) return <Refused title={t("setup.expired")} advice={t("setup.expiredAdvice")} />;
  return (
    <Gate title={t("setup.title")} lead={t("setup.lead")}>
      {check.error ? <ProblemNote error={check.error} onRetry={() => void check.refetch()} /> : null}
      {check.isPending ? <RowsSkeleton rows={6} /> : null}
      {check.data?.isValid ? <SetupForm token={token} /> : null}
    </Gate>
  );
}

function Refused({ title, advice }: { readonly title: string; readonly advice: string }) {
  const { t } = useTranslation("account");
  return (
    <Gate title={t("setup.title")}>
      <Empty
        title={title}
        actions={
          <LinkButton to="/sign-in" variant="default">
            {t("setup.toSignIn")}
          </LinkButton>
        }
      >
        {advice}
      </Empty>
    </Gate>
  );
}

function SetupForm({ token }: { readonly token: string }) {
  const { t } = useTranslation("account");
  const [input, setInput] = useState({ organizationName: "", name: "", email: "", password: "" });
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => setUp({ ...input, email: input.email.trim().toLowerCase(), token, locale: currentLanguage() }),
    onSuccess: async () => {
      queryClient.removeQueries({ queryKey: ["me"] });
      await navigate({ to: "/" });
    },
  });
  const change = (part: Partial<typeof input>) => setInput((now) => ({ ...now, ...part }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if ([...input.password].length >= MIN_PASSWORD_CHARS) create.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.fields}>
      {create.error ? <ProblemNote error={create.error} /> : null}
      <TextInput
        label={t("setup.organizationName")}
        description={t("setup.organizationHint")}
        name="organization"
        autoComplete="organization"
        required
        withAsterisk={false}
        maxLength={200}
        value={input.organizationName}
        onChange={(event) => change({ organizationName: event.currentTarget.value })}
        autoFocus
      />
      <TextInput
        label={t("setup.name")}
        name="name"
        autoComplete="name"
        required
        withAsterisk={false}
        maxLength={200}
        value={input.name}
        onChange={(event) => change({ name: event.currentTarget.value })}
      />
      <TextInput
        label={t("signIn.email")}
        type="email"
        name="email"
        autoComplete="username"
        required
        withAsterisk={false}
        maxLength={254}
        value={input.email}
        onChange={(event) => change({ email: event.currentTarget.value })}
      />
      <PasswordField
        label={t("signIn.password")}
        value={input.password}
        onChange={(password) => change({ password })}
        isNew
      />
      <div>
        <p id="setup-language" style={{ fontSize: 13, marginBottom: 4 }}>
          {t("setup.language")}
        </p>
        <Segments
          isWide
          aria-labelledby="setup-language"
          value={currentLanguage()}
          onChange={(language) => void changeLanguage(language)}
          data={[
            { value: "ja", label: <span lang="ja">日本語</span> },
            { value: "en", label: <span lang="en">English</span> },
          ]}
        />
      </div>
      <Button type="submit" size="md" loading={create.isPending} fullWidth>
        {t("setup.submit")}
      </Button>
    </form>
  );
}
