import { Button, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../../../api/client.ts";
import { disableTotp, enableTotp, meQuery, verifyTotp } from "../../../api/session.ts";
import { CopyButton } from "../../../ui/copy.tsx";
import { Dialog } from "../../../ui/dialog.tsx";
import { CircleCheckIcon, LockIcon } from "../../../ui/icons.ts";
import { PasswordField } from "../../../ui/new-password.tsx";
import { Section } from "../../../ui/page.tsx";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import { qrMatrix } from "../../../ui/qr.ts";
import { toastDone } from "../../../ui/toast.tsx";
import classes from "./account.module.css";

type Step = "off" | "password" | "scan" | "codes" | "remove";

/** A second factor from an authenticator app: password, scan, one code to prove it, then the codes for a lost phone. */
export function TotpSection({ hasTwoFactor }: { readonly hasTwoFactor: boolean }) {
  const { t } = useTranslation("profile");
  const [step, setStep] = useState<Step>("off");
  const [secret, setSecret] = useState({ totpURI: "", backupCodes: [] as string[] });
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
  const close = () => setStep("off");
  return (
    <Section title={t("totp")}>
      <p className={classes.state} data-on={hasTwoFactor || undefined}>
        {hasTwoFactor ? <CircleCheckIcon size={18} aria-hidden /> : <LockIcon size={18} aria-hidden />}
        <span>{t(hasTwoFactor ? "totpOn" : "totpOff")}</span>
      </p>
      <div>
        {hasTwoFactor ? (
          <Button variant="subtle" color="shu" onClick={() => setStep("remove")}>
            {t("totpDisable")}
          </Button>
        ) : (
          <Button onClick={() => setStep("password")}>{t("totpEnable")}</Button>
        )}
      </div>
      {step === "password" || step === "remove" ? (
        <PasswordDialog
          isRemoval={step === "remove"}
          onClose={close}
          onDone={(answer) => {
            if (answer) {
              setSecret(answer);
              setStep("scan");
            } else {
              close();
              toastDone(t("totpRemoved"));
              void refresh();
            }
          }}
        />
      ) : null}
      {step === "scan" ? (
        <ScanDialog
          uri={secret.totpURI}
          onClose={close}
          onDone={() => {
            setStep("codes");
            toastDone(t("totpDone"));
            void refresh();
          }}
        />
      ) : null}
      {step === "codes" ? <CodesDialog codes={secret.backupCodes} onClose={close} /> : null}
    </Section>
  );
}

type PasswordDialogProps = {
  readonly isRemoval: boolean;
  readonly onClose: () => void;
  readonly onDone: (answer: { totpURI: string; backupCodes: string[] } | undefined) => void;
};

function PasswordDialog({ isRemoval, onClose, onDone }: PasswordDialogProps) {
  const { t } = useTranslation("profile");
  const [password, setPassword] = useState("");
  const act = useMutation({
    mutationFn: async () => {
      if (!isRemoval) return enableTotp(password);
      await disableTotp(password);
      return undefined;
    },
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    act.mutate();
  };
  const isWrong = act.error instanceof ApiProblem && act.error.facts.reason === "INVALID_PASSWORD";
  return (
    <Dialog title={t(isRemoval ? "totpDisable" : "totpEnable")} onClose={onClose}>
      <form onSubmit={submit} className={classes.form}>
        <p>{t("confirmPassword")}</p>
        {act.error && !isWrong ? <ProblemNote error={act.error} /> : null}
        <PasswordField
          label={t("currentPassword")}
          value={password}
          onChange={setPassword}
          error={isWrong ? t("wrongPassword") : undefined}
          autoFocus
        />
        <Button
          type="submit"
          loading={act.isPending}
          disabled={password === ""}
          {...(isRemoval ? { color: "shu" } : {})}
        >
          {t(isRemoval ? "totpDisable" : "totpEnable")}
        </Button>
      </form>
    </Dialog>
  );
}

type ScanProps = { readonly uri: string; readonly onClose: () => void; readonly onDone: () => void };

function ScanDialog({ uri, onClose, onDone }: ScanProps) {
  const { t } = useTranslation(["profile", "account"]);
  const [code, setCode] = useState("");
  const verify = useMutation({
    mutationFn: () => verifyTotp(code.normalize("NFKC").replace(/\D/g, "")),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    verify.mutate();
  };
  return (
    <Dialog title={t("profile:totp")} onClose={onClose}>
      <form onSubmit={submit} className={classes.form}>
        <p>{t("profile:totpScan")}</p>
        <QrCode text={uri} label={t("profile:totpQr")} />
        <p className={classes.small}>
          {t("profile:totpKey")} <code className={classes.key}>{new URL(uri).searchParams.get("secret")}</code>
        </p>
        {verify.error instanceof ApiProblem && verify.error.status < 500 ? (
          <p className={classes.wrong} role="alert">
            {t("account:signIn.wrongCode")}
          </p>
        ) : verify.error ? (
          <ProblemNote error={verify.error} />
        ) : null}
        <TextInput
          label={t("profile:totpCode")}
          inputMode="numeric"
          autoComplete="one-time-code"
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
          maxLength={8}
          data-autofocus
        />
        <Button type="submit" loading={verify.isPending} disabled={code.trim().length < 6}>
          {t("profile:totpVerify")}
        </Button>
      </form>
    </Dialog>
  );
}

/** Always dark on light with its quiet zone: cameras do not read inverted codes. */
function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const matrix = qrMatrix(text);
  if (!matrix) return null;
  const size = matrix.length + 8;
  const path = matrix
    .flatMap((row, y) => [...row].map((module, x) => (module ? `M${x + 4} ${y + 4}h1v1h-1z` : "")))
    .join("");
  return (
    <svg
      className={classes.qr}
      viewBox={`0 0 ${size} ${size}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <title>{label}</title>
      <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
      <path fill="#000" d={path} />
    </svg>
  );
}

function CodesDialog({ codes, onClose }: { readonly codes: readonly string[]; readonly onClose: () => void }) {
  const { t } = useTranslation("profile");
  return (
    <Dialog title={t("backupCodes")} onClose={onClose}>
      <div className={classes.form}>
        <p>{t("backupLead")}</p>
        <ul className={classes.codes}>
          {codes.map((code) => (
            <li key={code}>
              <code>{code}</code>
            </li>
          ))}
        </ul>
        <div className={classes.row}>
          <CopyButton text={codes.join("\n")} />
          <Button size="xs" onClick={onClose}>
            {t("backupKept")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
