import { ActionIcon, useMantineColorScheme, VisuallyHidden } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useRouter } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { type Me, meQuery, signOut, updateMe } from "../../api/session.ts";
import { BellSlot } from "../../parts/bell-slot.tsx";
import { zoneLabel } from "../../ui/clock.ts";
import {
  ClockIcon,
  DeviceDesktopIcon,
  KeyboardIcon,
  LanguageIcon,
  LogoutIcon,
  Menu2Icon,
  MoonIcon,
  SearchIcon,
  SunIcon,
  UserIcon,
} from "../../ui/icons.ts";
import { COMMAND_KEY } from "../../ui/keys.ts";
import { LateMenu } from "../../ui/late-menu.tsx";
import { offeredZones, useClock } from "../../ui/use-clock.tsx";
import { changeLanguage, currentLanguage, LANGUAGES } from "../i18n.ts";
import { Mark } from "../mark.tsx";
import classes from "./frame.module.css";
import { UnitSwitcher } from "./unit-switcher.tsx";

type HeaderProps = {
  readonly me: Me;
  readonly onSearch: () => void;
  readonly onKeys: () => void;
  readonly isMenuOpen: boolean;
  readonly onMenu: () => void;
};

export function Header({ me, onSearch, onKeys, isMenuOpen, onMenu }: HeaderProps) {
  const { t } = useTranslation("shell");
  return (
    <header className={classes.header}>
      <ActionIcon
        className={classes.burger}
        aria-label={t("frame.menu")}
        aria-expanded={isMenuOpen}
        aria-controls="nav"
        onClick={onMenu}
      >
        <Menu2Icon size={20} />
      </ActionIcon>
      <Link to="/" className={classes.brand}>
        <Mark size={26} />
        Yagura
        <span className={classes.brandKanji} lang="ja" aria-hidden>
          櫓
        </span>
      </Link>
      <UnitSwitcher units={me.units} />
      <div className={classes.spacer} />
      <button type="button" className={classes.finder} onClick={onSearch}>
        <SearchIcon size={16} stroke={1.7} aria-hidden />
        <VisuallyHidden>{t("palette.title")}</VisuallyHidden>
        <span className={classes.finderText}>{t("palette.open")}</span>
        <kbd className={classes.kbd}>{COMMAND_KEY} K</kbd>
      </button>
      <BellSlot className={classes.headButton} />
      <ZoneMenu />
      <LanguageMenu me={me} />
      <PersonMenu me={me} onKeys={onKeys} />
    </header>
  );
}

function ZoneMenu() {
  const { t } = useTranslation("shell");
  const { zone, setZone } = useClock();
  return (
    <LateMenu
      position="bottom-end"
      button={
        <button type="button" className={classes.headButton}>
          <ClockIcon size={16} stroke={1.7} aria-hidden />
          <VisuallyHidden>{t("frame.zoneTitle")}</VisuallyHidden>
          <span className={classes.wideOnly}>{zoneLabel(zone)}</span>
        </button>
      }
    >
      {(Menu) => (
        <>
          <Menu.Label>{t("frame.zoneTitle")}</Menu.Label>
          {offeredZones().map((offered) => (
            <Menu.RadioItem
              key={offered}
              value={offered}
              checked={offered === zone}
              onChange={() => setZone(offered)}
              closeMenuOnClick
            >
              {t(`zone.${offered === "Asia/Tokyo" ? "tokyo" : offered === "UTC" ? "utc" : "local"}`, {
                label: zoneLabel(offered),
              })}
            </Menu.RadioItem>
          ))}
        </>
      )}
    </LateMenu>
  );
}

function LanguageMenu({ me }: { readonly me: Me }) {
  const { t } = useTranslation("shell");
  const router = useRouter();
  const choose = async (language: "ja" | "en") => {
    await changeLanguage(language);
    await router.invalidate();
    // The account remembers it for mails and other browsers; a failure here must not undo the switch.
    if (me.person && me.person.locale !== language) await updateMe({ locale: language }).catch(() => undefined);
  };
  return (
    <LateMenu
      position="bottom-end"
      button={
        <button type="button" className={classes.headButton}>
          <LanguageIcon size={17} stroke={1.7} aria-hidden />
          <VisuallyHidden>{t("frame.language")}</VisuallyHidden>
          <span className={classes.wideOnly}>{currentLanguage() === "ja" ? "日本語" : "English"}</span>
        </button>
      }
    >
      {(Menu) => (
        <>
          {LANGUAGES.map((language) => (
            <Menu.RadioItem
              key={language}
              lang={language}
              value={language}
              checked={language === currentLanguage()}
              onChange={() => void choose(language)}
              closeMenuOnClick
            >
              {language === "ja" ? "日本語" : "English"}
            </Menu.RadioItem>
          ))}
        </>
      )}
    </LateMenu>
  );
}

const SCHEMES = [
  ["auto", DeviceDesktopIcon],
  ["light", SunIcon],
  ["dark", MoonIcon],
] as const;

function PersonMenu({ me, onKeys }: { readonly me: Me; readonly onKeys: () => void }) {
  const { t } = useTranslation("shell");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    await signOut();
    queryClient.removeQueries({ queryKey: meQuery.queryKey });
    // What was typed and not saved is the person's own: who comes next at this browser does not find it.
    sessionStorage.clear();
    await navigate({ to: "/sign-in", search: {} });
    // Once no page that would ask again is open.
    queryClient.clear();
  };
  const choose = (scheme: "auto" | "light" | "dark") => {
    setColorScheme(scheme);
    void updateMe({ preferences: { theme: scheme === "auto" ? "system" : scheme } })
      .then((answer) => queryClient.setQueryData(meQuery.queryKey, answer))
      .catch(() => undefined);
  };
  return (
    <LateMenu
      position="bottom-end"
      width={232}
      button={
        <button type="button" className={classes.headButton}>
          <UserIcon size={17} stroke={1.7} aria-hidden />
          <VisuallyHidden>{t("nav.page.account")}</VisuallyHidden>
          <span className={classes.wideOnly}>{me.name}</span>
        </button>
      }
    >
      {(Menu) => (
        <>
          <Menu.Label>{me.person?.email ?? me.name}</Menu.Label>
          <Menu.Item component={Link} to="/account" leftSection={<UserIcon size={16} />}>
            {t("nav.page.account")}
          </Menu.Item>
          <Menu.Item
            leftSection={<KeyboardIcon size={16} />}
            onClick={onKeys}
            rightSection={<kbd className={classes.kbd}>?</kbd>}
          >
            {t("keys.title")}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>{t("frame.theme")}</Menu.Label>
          {SCHEMES.map(([scheme, Icon]) => (
            <Menu.RadioItem
              key={scheme}
              value={scheme}
              checked={scheme === colorScheme}
              onChange={() => choose(scheme)}
              rightSection={<Icon size={16} />}
            >
              {t(`theme.${scheme}`)}
            </Menu.RadioItem>
          ))}
          <Menu.Divider />
          <Menu.Item leftSection={<LogoutIcon size={16} />} onClick={() => void leave()}>
            {t("frame.signOut")}
          </Menu.Item>
        </>
      )}
    </LateMenu>
  );
}
