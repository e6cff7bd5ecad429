import { useTranslation } from "react-i18next";
import { Dialog } from "../../ui/dialog.tsx";
import { COMMAND_KEY } from "../../ui/keys.ts";
import { pageActions } from "../../ui/page-actions.ts";
import frame from "./frame.module.css";
import classes from "./key-help.module.css";
import { HOME, type NavGroup } from "./nav.ts";

/** Every key there is, by where it works. */
export function KeyHelp({ groups, onClose }: { readonly groups: readonly NavGroup[]; readonly onClose: () => void }) {
  const { t } = useTranslation("shell");
  const jumps = [HOME, ...groups.flatMap(({ entries }) => entries)].map(
    ({ jump, key }) => [`g ${jump}`, t(`nav.page.${key}`)] as const,
  );
  const page = pageActions();
  const parts = [
    ...(page ? [{ title: page.title, keys: page.actions.map(({ keys, label }) => [keys, label] as const) }] : []),
    {
      title: t("keys.everywhere"),
      keys: [
        [`${COMMAND_KEY} K`, t("keys.palette")],
        ["?", t("keys.help")],
        ["Esc", t("keys.escape")],
      ] as const,
    },
    { title: t("keys.jumps"), keys: jumps },
    {
      title: t("keys.lists"),
      keys: [
        ["j / ↓", t("keys.next")],
        ["k / ↑", t("keys.previous")],
        ["Enter / d", t("keys.open")],
        ["x", t("keys.select")],
        ["/", t("keys.focusQuery")],
      ] as const,
    },
    {
      title: t("keys.chart"),
      keys: [
        ["← →", t("keys.chartMove")],
        ["Shift ← →", t("keys.chartExtend")],
        ["Enter", t("keys.chartZoom")],
      ] as const,
    },
  ];
  return (
    <Dialog title={t("keys.title")} onClose={onClose} size={640}>
      <div className={classes.columns}>
        {parts.map(({ title, keys }) => (
          <section key={title}>
            <h3 className={classes.title}>{title}</h3>
            <dl className={classes.list}>
              {keys.map(([key, meaning]) => (
                <div key={key} className={classes.row}>
                  <dt>
                    <kbd className={frame.kbd}>{key}</kbd>
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
