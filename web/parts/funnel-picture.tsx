import { Link } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import type { Funnel } from "../api/search.ts";
import { currentLanguage } from "../app/i18n.ts";
import { formatCount, formatHeadline } from "../ui/figures.ts";
import { ChevronRightIcon } from "../ui/icons.ts";
import classes from "./funnel-picture.module.css";

type Step = { readonly key: "events" | "detections" | "alerts" | "incidents"; readonly count: number | null };
type PictureProps = { readonly funnel: Funnel; readonly from: string };

const stepsOf = (funnel: Funnel): readonly Step[] => [
  { key: "events", count: funnel.events },
  { key: "detections", count: funnel.detections },
  { key: "alerts", count: funnel.alerts },
  { key: "incidents", count: funnel.incidents },
];

/** Events narrow to incidents. Heights are logarithmic (each tenth the same step), the figures are the true counts. */
export function FunnelPicture({ funnel, from }: PictureProps) {
  const { t } = useTranslation(["home", "shell"]);
  const steps = stepsOf(funnel).filter(({ count }) => count !== null);
  const top = Math.log10(Math.max(funnel.events, funnel.detections, 10));
  const heights = steps.map(({ count }) => (count ? Math.max(6, (Math.log10(Math.max(count, 1.3)) / top) * 100) : 2));
  return (
    <div className={classes.funnel} style={{ gridTemplateColumns: `repeat(${steps.length}, minmax(0, 1fr))` }}>
      <svg className={classes.shape} viewBox={`0 0 ${steps.length * 100} 100`} preserveAspectRatio="none" aria-hidden>
        {heights.map((height, i) => (
          <path key={steps[i]?.key} d={segment(i, height, heights[i + 1] ?? height)} data-step={i} />
        ))}
      </svg>
      {steps.map((step, i) => (
        <div key={step.key} className={classes.step}>
          <StepLink step={step} from={from} range={funnel.range}>
            <span className={classes.name}>
              {t(`shell:funnel.${step.key}`)}
              <ChevronRightIcon size={14} aria-hidden />
            </span>
            <span className={classes.figure}>{formatHeadline(step.count ?? 0, currentLanguage())}</span>
            <span className={classes.detail}>{detailOf(steps, i, t)}</span>
          </StepLink>
        </div>
      ))}
    </div>
  );
}

export function FunnelTable({ funnel, from }: PictureProps) {
  const { t } = useTranslation(["home", "shell"]);
  const steps = stepsOf(funnel);
  return (
    <table className={classes.table}>
      <thead>
        <tr>
          <th scope="col">{t("home:funnel.step")}</th>
          <th scope="col">{t("home:funnel.count")}</th>
          <th scope="col">{t("home:funnel.ratio")}</th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step, i) => (
          <tr key={step.key}>
            <th scope="row">
              <StepLink step={step} from={from} range={funnel.range}>
                {t(`shell:funnel.${step.key}`)}
              </StepLink>
            </th>
            <td>{step.count === null ? t("home:funnel.notYet") : formatCount(step.count)}</td>
            <td>{detailOf(steps, i, t)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type StepLinkProps = {
  readonly step: Step;
  readonly from: string;
  readonly range: Funnel["range"];
  readonly children: React.ReactNode;
};

/** The list that has as many rows as the step says. */
function targetOf(key: Step["key"], from: string, range: Funnel["range"]) {
  if (key === "alerts")
    return { to: "/alerts", search: { status: "open,in-progress,closed", from: range.from, to: range.to } } as const;
  if (key === "incidents")
    return {
      to: "/incidents",
      search: {
        status: "open,contained,resolved,closed",
        withdrawn: "out",
        openedFrom: range.from,
        openedTo: range.to,
      },
    } as const;
  return { to: "/search", search: key === "events" ? { from } : { from, q: DETECTED } } as const;
}

function StepLink({ step, from, range, children }: StepLinkProps) {
  return (
    <Link {...targetOf(step.key, from, range)} className={classes.link}>
      {children}
    </Link>
  );
}

/** Events that a rule matched. */
export const DETECTED = "detected:true";

/** One column with its taper to the next; each column is 100 wide, the middle line is at 50. */
function segment(index: number, height: number, next: number): string {
  const left = index * 100;
  const turn = left + 62;
  const right = left + 100;
  const [a, b] = [50 - height / 2, 50 - next / 2];
  const [c, d] = [50 + next / 2, 50 + height / 2];
  return `M${left} ${a}H${turn}C${turn + 20} ${a} ${right - 20} ${b} ${right} ${b}V${c}C${right - 20} ${c} ${turn + 20} ${d} ${turn} ${d}H${left}z`;
}

type Translate = TFunction<readonly ["home", "shell"]>;

/** What part of the step before is left: `1 in 3,392`. */
function detailOf(steps: readonly Step[], index: number, t: Translate): string {
  const count = steps[index]?.count ?? null;
  const before = steps[index - 1]?.count ?? null;
  if (count === null) return "";
  if (index === 0) return formatCount(count);
  if (!before || count === 0) return formatCount(count);
  return before >= count
    ? t("home:funnel.oneIn", { count: Math.round(before / count), text: formatCount(Math.round(before / count)) })
    : formatCount(count);
}
