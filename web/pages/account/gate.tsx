import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { changeLanguage, currentLanguage } from "../../app/i18n.ts";
import { Mark } from "../../app/mark.tsx";
import { Segments } from "../../ui/segments.tsx";
import classes from "./gate.module.css";

type GateProps = { readonly title: string; readonly lead?: ReactNode; readonly children: ReactNode };

/** The way in: the watchtower at night on one side, the form on the other. */
export function Gate({ title, lead, children }: GateProps) {
  const { t } = useTranslation("account");
  return (
    <div className={classes.gate}>
      <aside className={classes.night} aria-label="Yagura">
        <NightPicture />
        <div className={classes.words}>
          <p className={classes.tagline}>{t("gate.tagline")}</p>
          <p className={classes.pitch}>{t("gate.pitch")}</p>
        </div>
      </aside>
      <main className={classes.side}>
        <header className={classes.brand}>
          <Mark size={32} />
          <span className={classes.name}>Yagura</span>
          <span lang="ja" aria-hidden className={classes.kanji}>
            櫓
          </span>
          <div style={{ marginLeft: "auto" }}>
            <Segments
              aria-label={t("gate.language")}
              value={currentLanguage()}
              onChange={(language) => void changeLanguage(language)}
              data={[
                { value: "ja", label: <span lang="ja">日本語</span> },
                { value: "en", label: <span lang="en">English</span> },
              ]}
            />
          </div>
        </header>
        <div className={classes.form}>
          <h1 className={classes.title}>{title}</h1>
          {lead ? <p className={classes.lead}>{lead}</p> : null}
          {children}
        </div>
      </main>
    </div>
  );
}

const STARS = [
  [8, 12],
  [22, 30],
  [34, 9],
  [47, 22],
  [61, 7],
  [78, 15],
  [91, 28],
  [15, 48],
  [70, 38],
  [87, 52],
  [28, 62],
  [94, 8],
  [55, 44],
  [5, 33],
] as const;

function NightPicture() {
  return (
    <svg className={classes.picture} viewBox="0 0 400 560" preserveAspectRatio="xMidYMax slice" aria-hidden>
      <defs>
        <linearGradient id="beam" x1="1" x2="0">
          <stop offset="0" stopColor="#e8b44c" stopOpacity="0.42" />
          <stop offset="1" stopColor="#e8b44c" stopOpacity="0" />
        </linearGradient>
      </defs>
      {STARS.map(([x, y]) => (
        <circle
          key={`${x}-${y}`}
          cx={x * 4}
          cy={y * 3.4}
          r={(x % 3) * 0.35 + 0.6}
          fill="#cdd9ea"
          opacity={0.3 + (y % 5) * 0.1}
        />
      ))}
      <path d="M0 470c60-26 118-34 176-22 70 14 150 4 224-30v142H0z" fill="#0a1526" />
      <g transform="translate(205 452)">
        <path fill="url(#beam)" d="M-6-168L-330-262v96L-6-154z" />
        <path fill="#060d18" d="M-78 40h156l-17-112h-122z" />
        <path
          stroke="#14253d"
          strokeWidth="1.2"
          fill="none"
          d="M-72 14h144M-68-14h136M-64-42h128M-40 40v-26M4 40v-26M44 14v-28M-22 14v-28M-50-14v-28M14-14v-28M48-42v-26M-14-42v-26"
        />
        <path fill="#0b1830" d="M-52-72h104v-44H-52z" />
        <path fill="#050b15" d="M-92-112c36-6 54-14 66-30h52c12 16 30 24 66 30-3 9-8 14-16 16H-76c-8-2-13-7-16-16z" />
        <path fill="#0b1830" d="M-34-142h68v-40h-68z" />
        <path fill="#050b15" d="M-70-178c38-8 58-22 70-46 12 24 32 38 70 46-3 8-8 12-14 14H-56c-6-2-11-6-14-14z" />
        <path fill="#e8b44c" d="M-8-172H8v22H-8z" />
        <path stroke="#050b15" strokeWidth="2" d="M0-172v22M-8-161H8" />
      </g>
    </svg>
  );
}
