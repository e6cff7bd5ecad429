import { Button } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { addGroupingRule } from "../../../api/formation.ts";
import { emptyDraft } from "../grouping/draft.ts";
import { GroupingDialog } from "../grouping/grouping-dialog.tsx";

type MuteProps = { readonly rule: { readonly id: string; readonly title: string }; readonly unitId: string };

/** From the reason to its remedy: a grouping rule by which the rule opens no incident, filled in as far as is known. */
export function MuteRule({ rule, unitId }: MuteProps) {
  const { t } = useTranslation("formation");
  const [isAsking, setAsking] = useState(false);
  return (
    <>
      <Button
        size="compact-xs"
        variant="default"
        aria-label={t("rules.muteLabel", { title: rule.title })}
        onClick={() => setAsking(true)}
      >
        {t("rules.mute")}
      </Button>
      {isAsking ? (
        <GroupingDialog
          title={t("grouping.add")}
          draft={{ ...emptyDraft(unitId), ruleId: rule.id, entityKind: null, pattern: "*" }}
          save={addGroupingRule}
          onClose={() => setAsking(false)}
        />
      ) : null}
    </>
  );
}
