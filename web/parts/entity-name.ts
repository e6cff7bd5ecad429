import type { AlertRow } from "../api/alerts.ts";

/** What an alert is about, as people call it: a log source of which Yagura itself speaks has a name beside its id. */
export const entityName = ({ entity, sample }: Pick<AlertRow, "entity" | "sample">): string =>
  (entity.kind === "source" && sample.dataset === "yagura.log_source" && sample.six.who) || entity.value;
