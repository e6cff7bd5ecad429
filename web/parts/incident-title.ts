import { currentLanguage } from "../app/i18n.ts";

type Named = { readonly title: string; readonly titleJa?: string | null | undefined };

/** What an incident is called in the reader's language: one that formed by itself has its rule's name in both. */
export const incidentTitle = ({ title, titleJa }: Named): string =>
  (currentLanguage() === "ja" ? titleJa : null) ?? title;
