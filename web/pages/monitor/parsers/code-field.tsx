import { type Ref, useId } from "react";
import { useTranslation } from "react-i18next";
import classes from "./parsers.module.css";

const LINE_PX = 20;

type CodeFieldProps = {
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Lines at which something is wrong. */
  readonly faulty: ReadonlySet<number>;
  readonly isReadOnly: boolean;
  readonly ref?: Ref<HTMLTextAreaElement>;
};

/** YAML in a plain text field with line numbers. Tab leaves the field, as in every other. */
export function CodeField({ text, onChange, faulty, isReadOnly, ref }: CodeFieldProps) {
  const { t } = useTranslation("parsers");
  const hintId = useId();
  const lines = text.split("\n").length;
  return (
    <div>
      <div className={classes.editor}>
        <ol className={classes.numbers} aria-hidden>
          {Array.from({ length: lines }, (_, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <li key={i} data-faulty={faulty.has(i + 1) || undefined}>
              {i + 1}
            </li>
          ))}
        </ol>
        <textarea
          ref={ref}
          className={classes.text}
          style={{ height: Math.max(420, lines * LINE_PX + 24) }}
          aria-label={t("editor.label")}
          aria-describedby={hintId}
          aria-invalid={faulty.size > 0}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
          readOnly={isReadOnly}
          spellCheck={false}
          autoCapitalize="off"
          maxLength={65_536}
        />
      </div>
      <p id={hintId} className={classes.small}>
        {t("editor.hint")}
      </p>
    </div>
  );
}
