import { useTranslation } from "react-i18next";
import type { Invitation } from "../../../api/organization.ts";
import { CopyButton } from "../../../ui/copy.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./people.module.css";

type LinkProps = { readonly name: string; readonly email: string; readonly invitation: Invitation };

/** Shown once: the secret is in the link and nowhere else. */
export function InvitationLink({ name, email, invitation }: LinkProps) {
  const { t } = useTranslation("organization");
  const link = new URL(invitation.link, window.location.origin).href;
  return (
    <div className={classes.link}>
      <p>
        <strong>{t("people.linkTitle", { name })}</strong>
      </p>
      <p>{t("people.linkLead", { email })}</p>
      <code className={classes.linkText}>{link}</code>
      <CopyButton text={link} label={t("people.copyLink")} />
      <p className={classes.small}>
        {t("people.linkExpires")} <Instant at={invitation.expiresAt} />
      </p>
    </div>
  );
}
