import { NativeSelect, Switch, useMantineColorScheme } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type MeChange, meQuery, updateMe } from "../../../api/session.ts";
import { changeLanguage, currentLanguage } from "../../../app/i18n.ts";
import { type Zone, zoneLabel } from "../../../ui/clock.ts";
import { areSingleKeysOn, setSingleKeys } from "../../../ui/keys.ts";
import { Page, Section } from "../../../ui/page.tsx";
import { Segments } from "../../../ui/segments.tsx";
import { offeredZones, useClock } from "../../../ui/use-clock.tsx";
import classes from "./account.module.css";
import { PasswordSection } from "./password-section.tsx";
import { ProfileSection } from "./profile-section.tsx";
import { SessionsSection } from "./sessions-section.tsx";
import { TotpSection } from "./totp-section.tsx";

export function AccountPage() {
  const { t } = useTranslation("profile");
  const { data: me } = useQuery(meQuery);
  if (!me) return null;
  return (
    <Page title={t("title")} lead={t("lead")}>
      <div className={classes.columns}>
        <div className={classes.stack}>
          {me.person ? <ProfileSection me={me} /> : null}
          <DisplaySection />
        </div>
        <div className={classes.stack}>
          <TotpSection hasTwoFactor={me.person?.hasTwoFactor ?? false} />
          <PasswordSection />
          <SessionsSection />
        </div>
      </div>
    </Page>
  );
}

/** How the app looks to this person. Each choice works at once; the account keeps it for other browsers. */
function DisplaySection() {
  const { t } = useTranslation(["profile", "shell"]);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { zone, setZone } = useClock();
  const [hasSingleKeys, setHasSingleKeys] = useState(areSingleKeysOn);
  const queryClient = useQueryClient();
  const router = useRouter();
  const keep = (change: MeChange) =>
    updateMe(change).then(
      (me) => queryClient.setQueryData(meQuery.queryKey, me),
      // This browser has the choice already; only other browsers would not learn of it.
      () => undefined,
    );
  return (
    <Section title={t("profile:display")}>
      <div className={classes.form}>
        <NativeSelect
          label={t("profile:language")}
          value={currentLanguage()}
          onChange={(event) => {
            const language = event.currentTarget.value === "en" ? "en" : "ja";
            void changeLanguage(language)
              .then(() => router.invalidate())
              .then(() => keep({ locale: language }));
          }}
          data={[
            { value: "ja", label: "日本語" },
            { value: "en", label: "English" },
          ]}
        />
        <div>
          <p className={classes.label} id="account-theme">
            {t("profile:theme")}
          </p>
          <Segments
            aria-labelledby="account-theme"
            isWide
            value={colorScheme}
            onChange={(scheme) => {
              setColorScheme(scheme);
              void keep({ preferences: { theme: scheme === "auto" ? "system" : scheme } });
            }}
            data={(["auto", "light", "dark"] as const).map((value) => ({ value, label: t(`shell:theme.${value}`) }))}
          />
        </div>
        <NativeSelect
          label={t("profile:zone")}
          value={zone}
          onChange={(event) => {
            const next = event.currentTarget.value as Zone;
            setZone(next);
            void keep({ preferences: { clock: next === "UTC" ? "utc" : "local" } });
          }}
          data={offeredZones().map((value) => ({
            value,
            label: t(`shell:zone.${value === "Asia/Tokyo" ? "tokyo" : value === "UTC" ? "utc" : "local"}`, {
              label: zoneLabel(value),
            }),
          }))}
        />
        <Switch
          label={t("profile:singleKeys")}
          description={t("profile:singleKeysHint")}
          checked={hasSingleKeys}
          onChange={(event) => {
            setSingleKeys(event.currentTarget.checked);
            setHasSingleKeys(event.currentTarget.checked);
          }}
        />
      </div>
    </Section>
  );
}
