import { Button, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter, useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../../api/client.ts";
import {
  signInMethodsQuery,
  signInWithPassword,
  startOidc,
  verifyBackupCode,
  verifyTotp,
} from "../../../api/session.ts";
import { PasswordField } from "../../../ui/new-password.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "../gate.module.css";
import { Gate } from "../gate.tsx";

export function SignInPage() {
  const { t } = useTranslation("account");
  const [step, setStep] = useState<"password" | "totp">("password");
  return step === "password" ? (
    <Gate title={t("signIn.title")}>
      <PasswordStep onTotp={() => setStep("totp")} />
    </Gate>
  ) : (
    <Gate title={t("signIn.totpTitle")} lead={t("signIn.totpLead")}>
      <TotpStep onBack={() => setStep("password")} />
    </Gate>
  );
}

/** Where the person wanted to go; only paths of this app, so that a link cannot lead elsewhere after sign-in. */
function useArrival(): { path: string; arrive: () => Promise<void> } {
  const { next } = useSearch({ from: "/sign-in" });
  const queryClient = useQueryClient();
  const router = useRouter();
  const path = next && /^\/(?![/\\])/.test(next) ? next : "/";
  const arrive = async () => {
    queryClient.clear();
    await router.navigate({ href: path });
  };
  return { path, arrive };
}

function PasswordStep({ onTotp }: { readonly onTotp: () => void }) {
  const { t } = useTranslation("account");
  const { data: methods, error: methodsError } = useQuery(signInMethodsQuery);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const { path, arrive } = useArrival();
  const signIn = useMutation({
    mutationFn: () => signInWithPassword(email.trim(), password),
    onSuccess: (answer) => (answer?.twoFactorRedirect ? onTotp() : arrive()),
  });
  const oidc = useMutation({
    mutationFn: (id: string) => startOidc(id, path),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate();
  };
  if (methodsError) return <ProblemNote error={methodsError} />;
  return (
    <>
      {methods?.isSetupNeeded ? <p className={classes.note}>{t("signIn.setupNeeded")}</p> : null}
      {methods && !methods.password && methods.oidc.length === 0 ? (
        <p className={classes.note}>{t("signIn.noMethods")}</p>
      ) : null}
      {methods?.password === false ? null : (
        <form onSubmit={submit} className={classes.fields}>
          <SignInError error={signIn.error} wrong={t("signIn.wrong")} />
          <TextInput
            label={t("signIn.email")}
            type="email"
            name="email"
            autoComplete="username"
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            autoFocus
          />
          <PasswordField label={t("signIn.password")} value={password} onChange={setPassword} />
          <Button type="submit" size="md" loading={signIn.isPending} fullWidth>
            {t("signIn.submit")}
          </Button>
        </form>
      )}
      {methods && methods.oidc.length > 0 ? (
        <>
          {methods.password ? <div className={classes.rule}>{t("signIn.or")}</div> : null}
          {oidc.error ? <ProblemNote error={oidc.error} /> : null}
          {methods.oidc.map(({ id, name }) => (
            <Button
              key={id}
              variant="default"
              fullWidth
              mb={8}
              loading={oidc.isPending}
              onClick={() => oidc.mutate(id)}
            >
              {t("signIn.oidc", { name })}
            </Button>
          ))}
        </>
      ) : null}
    </>
  );
}

function TotpStep({ onBack }: { readonly onBack: () => void }) {
  const { t } = useTranslation("account");
  const [code, setCode] = useState("");
  const [isBackup, setBackup] = useState(false);
  const { arrive } = useArrival();
  const verify = useMutation({
    mutationFn: () =>
      isBackup ? verifyBackupCode(code.trim()) : verifyTotp(code.normalize("NFKC").replace(/\D/g, "")),
    onSuccess: arrive,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verify.mutate();
  };
  return (
    <form onSubmit={submit} className={classes.fields}>
      <SignInError error={verify.error} wrong={t("signIn.wrongCode")} />
      <TextInput
        key={String(isBackup)}
        label={isBackup ? t("signIn.backupCode") : t("signIn.code")}
        name="code"
        inputMode={isBackup ? "text" : "numeric"}
        autoComplete="one-time-code"
        required
        withAsterisk={false}
        maxLength={isBackup ? 40 : 8}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoFocus
      />
      <Button type="submit" size="md" loading={verify.isPending} fullWidth>
        {t("signIn.verify")}
      </Button>
      <div style={{ display: "flex", justifyContent: "space-between" }}>
        <Button
          variant="subtle"
          size="compact-sm"
          onClick={() => {
            setBackup(!isBackup);
            setCode("");
          }}
        >
          {isBackup ? t("signIn.useTotp") : t("signIn.useBackup")}
        </Button>
        <Button variant="subtle" size="compact-sm" onClick={onBack}>
          {t("signIn.back")}
        </Button>
      </div>
    </form>
  );
}

function SignInError({ error, wrong }: { readonly error: unknown; readonly wrong: string }) {
  const { t } = useTranslation("account");
  if (!error) return null;
  if (error instanceof ApiProblem && error.status === 429)
    return (
      <p className={classes.wrong} role="alert">
        {t("signIn.tooMany")}
      </p>
    );
  if (error instanceof ApiProblem && error.status >= 400 && error.status < 500)
    return (
      <p className={classes.wrong} role="alert">
        {wrong}
      </p>
    );
  return <ProblemNote error={error} />;
}
