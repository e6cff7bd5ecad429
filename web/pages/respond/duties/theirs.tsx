import { useTranslation } from "react-i18next";
import { isProblem } from "../../../api/client.ts";
import { ProblemNote } from "../../../ui/problem-note.tsx";
import classes from "./duties.module.css";

/** An error; of a collision also what the other person wrote, so that both can be brought together. */
export function Collision({ error }: { readonly error: unknown }) {
  const { t } = useTranslation("duties");
  if (!error) return null;
  const theirs = isProblem(error, "conflict") ? error.facts.theirs : undefined;
  return (
    <>
      <ProblemNote error={error} />
      {typeof theirs === "object" && theirs !== null ? (
        <details className={classes.theirs}>
          <summary>{t("theirs")}</summary>
          <dl>
            {Object.entries(theirs).map(([key, value]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd className={classes.prose}>{typeof value === "string" ? value : JSON.stringify(value)}</dd>
              </div>
            ))}
          </dl>
        </details>
      ) : null}
    </>
  );
}
