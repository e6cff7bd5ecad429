import { PasswordInput } from "@mantine/core";
import { type KeyboardEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./new-password.module.css";

export const MIN_PASSWORD_CHARS = 12;

type PasswordProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly isNew?: boolean;
  readonly error?: string | undefined;
  readonly autoFocus?: boolean;
};

/** A password with a Caps Lock hint; a new one also says how long it still must become and how guessable it is. */
export function PasswordField({ label, value, onChange, isNew, error, autoFocus }: PasswordProps) {
  const { t } = useTranslation("account");
  const [hasCaps, setCaps] = useState(false);
  const hintId = useId();
  const onKey = (event: KeyboardEvent) => setCaps(event.getModifierState?.("CapsLock") ?? false);
  const strength = isNew && value !== "" ? strengthOf(value) : undefined;
  const missing = MIN_PASSWORD_CHARS - [...value].length;
  return (
    <div>
      <PasswordInput
        label={label}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
        onKeyDown={onKey}
        onKeyUp={onKey}
        autoComplete={isNew ? "new-password" : "current-password"}
        required
        withAsterisk={false}
        error={error}
        maxLength={128}
        aria-describedby={hintId}
        visibilityToggleButtonProps={{ "aria-label": t("password.show") }}
        {...(autoFocus ? { "data-autofocus": true, autoFocus: true } : {})}
      />
      <div id={hintId} className={classes.hint} aria-live="polite">
        {hasCaps ? <p className={classes.caps}>{t("password.capsLock")}</p> : null}
        {isNew && value === "" ? <p>{t("password.hint")}</p> : null}
        {strength ? (
          <>
            <span className={classes.meter} data-strength={strength} aria-hidden />
            <p>{missing > 0 ? t("password.tooShort", { count: missing }) : t(`password.${strength}`)}</p>
          </>
        ) : null}
      </div>
    </div>
  );
}

/** A rough guide, not a gate: the server decides. Repeats and runs count little. */
function strengthOf(password: string): "weak" | "fair" | "strong" {
  const letters = [...password.toLowerCase()];
  const fresh = letters.filter((letter, i) => {
    const step = (letter.codePointAt(0) ?? 0) - (letters[i - 1]?.codePointAt(0) ?? Number.NaN);
    return !(Math.abs(step) <= 1);
  }).length;
  const points = fresh + Math.min(new Set(letters).size, 12) / 2;
  if (letters.length < MIN_PASSWORD_CHARS || points < 13) return "weak";
  return points < 19 ? "fair" : "strong";
}
