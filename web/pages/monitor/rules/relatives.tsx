import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { RuleDetail } from "../../../api/rules.ts";
import { useRuleTitle } from "../../../parts/use-rule-title.ts";
import { Section } from "../../../ui/page.tsx";
import classes from "./rule-page.module.css";

/** A correlation names the rules it counts by id: people need their titles, and the way to each and back. */
export function Relatives({ rule: { builtOn, serves } }: { readonly rule: RuleDetail }) {
  const { t } = useTranslation("rules");
  const lists = [
    { title: t("detail.builtOn"), rules: builtOn },
    { title: t("detail.serves"), rules: serves },
  ];
  return lists.map(({ title, rules }) =>
    rules.length === 0 ? null : (
      <Section key={title} title={title}>
        <RuleLinks rules={rules} />
      </Section>
    ),
  );
}

function RuleLinks({ rules }: { readonly rules: RuleDetail["builtOn"] }) {
  const titleOf = useRuleTitle();
  return (
    <ul className={classes.references}>
      {rules.map((rule) => (
        <li key={rule.id}>
          <Link to="/rules/$id" params={{ id: rule.id }}>
            {titleOf(rule)}
          </Link>
        </li>
      ))}
    </ul>
  );
}
