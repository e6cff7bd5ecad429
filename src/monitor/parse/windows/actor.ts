import type { Fields, HotColumns } from "../../event/index.ts";
import { textOf } from "../reading.ts";

/** Who acted, from the account fields of each log. `actor` "target": the account in the Target… fields (logons). */
export function fillActor(hot: HotColumns, fields: Fields, actor: "subject" | "target"): void {
  const isTarget = actor === "target";
  const name = isTarget
    ? textOf(fields, "TargetUserName") ||
      textOf(fields, "AccountName") ||
      textOf(fields, "UserName") ||
      textOf(fields, "SubjectUserName") ||
      textOf(fields, "User")
    : textOf(fields, "SubjectUserName");
  if (name === "") return;
  const fromTarget = isTarget && name === textOf(fields, "TargetUserName");
  setActor(hot, {
    name,
    domain: fromTarget
      ? textOf(fields, "TargetDomainName")
      : textOf(fields, "SubjectDomainName") || textOf(fields, "AccountDomain") || textOf(fields, "Domain"),
    id: fromTarget ? textOf(fields, "TargetUserSid") || textOf(fields, "TargetSid") : textOf(fields, "SubjectUserSid"),
  });
}

/** The account that a record changes, when it is not the one that acts. */
export function fillTarget(hot: HotColumns, fields: Fields): void {
  const target = textOf(fields, "TargetUserName") || textOf(fields, "TargetAccount");
  if (target !== "" && target !== hot.user_name) hot.user_target_name = target;
}

/** `DOMAIN\name`, `name@domain` or `name` in one text, as Sysmon and PowerShell write it. */
export function setAccount(hot: HotColumns, account: string): void {
  const slash = account.indexOf("\\");
  if (slash >= 0) setActor(hot, { name: account.slice(slash + 1), domain: account.slice(0, slash), id: "" });
  else if (account !== "") setActor(hot, { name: account, domain: "", id: "" });
}

export function setActor(hot: HotColumns, actor: { name: string; domain: string; id: string }): void {
  hot.user_name = actor.name;
  hot.user_domain = actor.domain;
  hot.user_id = actor.id;
  hot.who = actor.domain === "" || actor.name.includes("@") ? actor.name : `${actor.domain}\\${actor.name}`;
}
