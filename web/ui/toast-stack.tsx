import { Button } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

export type ToastMessage = {
  readonly id: number;
  readonly kind: "done" | "problem";
  readonly title?: string;
  readonly message: string;
  readonly undo?: { readonly label: string; readonly act: () => void } | undefined;
};

/** Shows each message once. Those with something to take back stay longer; problems stay until they were surely read. */
export function ToastStack({ messages }: { readonly messages: readonly ToastMessage[] }) {
  const { t } = useTranslation("shell");
  const shown = useRef(0);
  useEffect(() => {
    for (const message of messages) {
      if (message.id <= shown.current) continue;
      shown.current = message.id;
      show(message, t("action.close"));
    }
  }, [messages, t]);
  return <Notifications position="bottom-right" limit={4} />;
}

function show({ kind, title, message, undo }: ToastMessage, closeLabel: string): void {
  const id = notifications.show({
    ...(title ? { title } : {}),
    message: (
      <span style={{ display: "flex", alignItems: "center", gap: 12 }}>
        <span style={{ flex: 1 }}>{message}</span>
        {undo ? (
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              notifications.hide(id);
              undo.act();
            }}
          >
            {undo.label}
          </Button>
        ) : null}
      </span>
    ),
    autoClose: undo || kind === "problem" ? 12_000 : 5_000,
    color: kind === "problem" ? "shu" : "ai",
    role: kind === "problem" ? "alert" : "status",
    closeButtonProps: { "aria-label": closeLabel },
  });
}
