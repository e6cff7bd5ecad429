import { Tabs } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { ShipperSnippet } from "../../../api/sources.ts";
import { CodeBlock } from "../../../ui/code-block.tsx";

/** Ready to paste. Right after the source was made the secret is in them; later a placeholder is. */
export function Snippets({ snippets }: { readonly snippets: readonly ShipperSnippet[] }) {
  const { t } = useTranslation("sources");
  const [first] = snippets;
  if (!first) return null;
  return (
    <Tabs defaultValue={first.shipper} keepMounted={false}>
      <Tabs.List>
        {snippets.map(({ shipper, title }) => (
          <Tabs.Tab key={shipper} value={shipper}>
            {title}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {snippets.map(({ shipper, title, path, text }) => (
        <Tabs.Panel key={shipper} value={shipper} pt="sm">
          <CodeBlock label={t("snippet.label", { title })} title={<code>{path}</code>} text={text} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}
