import { Button, Group, Text, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Dialog } from "./dialog.tsx";
import type { Asked } from "./question.ts";

export function ConfirmDialog({ question }: { readonly question: Asked }) {
  const { t } = useTranslation("shell");
  const [reason, setReason] = useState("");
  const needsReason = question.reasonLabel !== undefined;
  return (
    <Dialog title={question.title} onClose={() => question.answer(undefined)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!needsReason || reason.trim() !== "") question.answer(reason.trim());
        }}
      >
        <Text size="sm" mb="md">
          {question.body}
        </Text>
        {needsReason ? (
          <Textarea
            label={question.reasonLabel}
            required
            autosize
            minRows={2}
            maxLength={500}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            data-autofocus
            mb="md"
          />
        ) : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => question.answer(undefined)}>
            {t("action.cancel")}
          </Button>
          <Button
            type="submit"
            {...(question.isDestructive === false ? {} : { color: "shu" })}
            disabled={needsReason && reason.trim() === ""}
          >
            {question.action}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
