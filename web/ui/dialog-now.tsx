import { Modal, type ModalRootProps } from "@mantine/core";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import classes from "./dialog.module.css";

export type DialogProps = {
  readonly title: string;
  readonly onClose: () => void;
  readonly size?: ModalRootProps["size"];
  /** The title is only for screen readers; the content says what this is to those who see it. */
  readonly isBare?: boolean;
  readonly children: ReactNode;
};

/** Named by its title, closed by Escape, focus kept inside. */
export function DialogNow({ title, onClose, size = 480, isBare = false, children }: DialogProps) {
  const { t } = useTranslation("shell");
  return (
    <Modal.Root opened onClose={onClose} size={size} {...(isBare ? { yOffset: "12vh", centered: false } : {})}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={isBare ? classes.bare : classes.head}>
          <Modal.Title>{title}</Modal.Title>
          {isBare ? null : <Modal.CloseButton aria-label={t("action.close")} />}
        </div>
        <Modal.Body p={isBare ? 0 : 20} pt={0}>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
