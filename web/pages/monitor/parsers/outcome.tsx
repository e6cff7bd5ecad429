import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { ParserTried, TriedParserLine } from "../../../api/parsers.ts";
import type { SourceCoverage } from "../../../api/sources.ts";
import { CoverageTable } from "../../../parts/coverage.tsx";
import { Section } from "../../../ui/page.tsx";
import { Instant } from "../../../ui/use-clock.tsx";
import classes from "./parsers.module.css";

const QUESTIONS = ["when", "who", "whereFrom", "withWhat", "what", "didWhat"] as const;

/** What is wrong with the document, each with a way to its line. */
export function Problems({ tried, onGo }: { readonly tried: ParserTried; readonly onGo: (line: number) => void }) {
  const { t } = useTranslation("parsers");
  if (tried.problems.length === 0) return null;
  return (
    <ul className={classes.problems} aria-label={t("problems.title")}>
      {tried.problems.map(({ line, column, reason }) => (
        <li key={`${line}:${column} ${reason}`}>
          <button type="button" onClick={() => onGo(line)}>
            {t("problems.at", { line, column })}
          </button>{" "}
          {reason}
        </li>
      ))}
    </ul>
  );
}

export function Tests({ tried }: { readonly tried: ParserTried }) {
  const { t } = useTranslation("parsers");
  if (tried.tests.length === 0) return null;
  const passed = tried.tests.filter(({ isPassed }) => isPassed).length;
  return (
    <div>
      <p className={passed === tried.tests.length ? classes.small : classes.fault}>
        {t("tests.passed", { passed, count: tried.tests.length })}
      </p>
      <ul className={classes.tests}>
        {tried.tests.flatMap(({ line, mismatches }) =>
          mismatches.map(({ name, expected, actual }) => (
            <li key={`${line} ${name}`}>
              {t("tests.mismatch", { line, name, expected, actual: actual === "" ? t("tests.nothing") : actual })}
            </li>
          )),
        )}
      </ul>
    </div>
  );
}

/** How often the lines answer each question. */
function coverageOf(lines: readonly TriedParserLine[]): SourceCoverage {
  const share = (question: (typeof QUESTIONS)[number]): number =>
    lines.filter(({ six }) => six[question] !== "").length / lines.length;
  const shares = { when: share("when"), who: share("who"), whereFrom: share("whereFrom") };
  const rest = { withWhat: share("withWhat"), what: share("what"), didWhat: share("didWhat") };
  const all = { ...shares, ...rest };
  return { since: "", ...all, average: Object.values(all).reduce((sum, one) => sum + one, 0) };
}

export function Lines({ tried, lines }: { readonly tried: ParserTried; readonly lines: readonly string[] }) {
  const { t } = useTranslation("parsers");
  if (tried.lines.length === 0) return null;
  return (
    <Section title={t("result.title")}>
      <CoverageTable coverage={coverageOf(tried.lines)} />
      <ol className={classes.lines}>
        {tried.lines.map((line, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place among those that were pasted
          <li key={at}>
            <Line line={line} text={lines[at] ?? ""} />
          </li>
        ))}
      </ol>
    </Section>
  );
}

function Line({ line, text }: { readonly line: TriedParserLine; readonly text: string }) {
  const { t } = useTranslation(["parsers", "monitor"]);
  const { product, category, service } = line.logsource;
  const answer = (question: (typeof QUESTIONS)[number]): ReactNode => {
    const value = line.six[question];
    if (value === "") return t("result.open");
    if (question === "when") return <Instant at={value} />;
    // Behind the bar stands the particle that joins it to what it is done to.
    return question === "didWhat" ? t(`monitor:action.${value}`, { defaultValue: value }).split("|")[0] : value;
  };
  const source = [product, category, service].filter((word) => word !== "").join(" / ");
  return (
    <>
      <div className={classes.head}>
        <strong>{line.takenBy === "" ? t("result.builtIn", { dataset: line.dataset }) : line.takenBy}</strong>
        {line.problem === "" ? null : (
          <span className={classes.fault}>{t(`monitor:problem.${line.problem}`, { defaultValue: line.problem })}</span>
        )}
        {source === "" ? null : <span className={classes.small}>{t("result.logsource", { source })}</span>}
      </div>
      <p className={classes.line}>{text}</p>
      <dl className={classes.six}>
        {QUESTIONS.map((question) => (
          <div key={question}>
            <dt>{t(`monitor:six.${question}`)}</dt>
            <dd data-open={line.six[question] === "" || undefined}>{answer(question)}</dd>
          </div>
        ))}
      </dl>
      <details className={classes.fields}>
        <summary>{t("result.fields", { count: line.fields.length })}</summary>
        <table>
          <tbody>
            {[...line.columns, ...line.fields].map(({ name, value }, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a column and a field may have one name
              <tr key={at}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
