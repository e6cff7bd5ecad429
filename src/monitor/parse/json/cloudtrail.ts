import { toIp } from "../address.ts";
import { clip, MAX_VALUE_CHARS } from "../bounds.ts";
import type { Action } from "../contract.ts";
import type { JsonObject } from "../flatten.ts";
import { act, bounded, classify, firstText, type Reading, setField, textOf } from "../reading.ts";

/**
 * AWS CloudTrail.
 *
 * | question   | column     | from                                                                    |
 * |------------|------------|-------------------------------------------------------------------------|
 * | who        | who        | userIdentity.userName, the assumed role's name, else arn or the service |
 * | where from | where_from | sourceIPAddress (an address, or the AWS service that called)            |
 * | with what  | with_what  | userAgent                                                               |
 * | what       | what       | `service:EventName`, with the first resource named                      |
 * | did what   | did_what   | `api-called`; console sign-ins are logons                               |
 *
 * requestParameters and responseElements are kept flattened and also whole as JSON text, since rules search in both.
 * Source: AWS CloudTrail record contents 1.05–1.11.
 */
export function readCloudTrail(event: Reading, object: JsonObject): void {
  const { fields, hot } = event;
  classify(hot, "aws.cloudtrail", { product: "aws", category: "", service: "cloudtrail" });
  for (const name of ["requestParameters", "responseElements"]) {
    const whole = object[name];
    if (typeof whole === "object" && whole !== null) keepWhole(event, name, whole);
  }
  const name = textOf(fields, "eventName");
  const isFailed = textOf(fields, "errorCode") !== "" || textOf(fields, "responseElements.ConsoleLogin") === "Failure";
  act(hot, actionOf(name, isFailed), isFailed ? "failure" : "success");
  hot.event_code = bounded(name);
  hot.event_provider = bounded(textOf(fields, "eventSource"));
  hot.user_name = bounded(
    firstText(fields, [
      "userIdentity.userName",
      "userIdentity.sessionContext.sessionIssuer.userName",
      "userIdentity.principalId",
      "userIdentity.invokedBy",
    ]),
  );
  hot.user_id = bounded(firstText(fields, ["userIdentity.arn", "userIdentity.principalId"]));
  hot.user_domain = bounded(textOf(fields, "userIdentity.accountId"));
  hot.who = bounded(textOf(fields, "userIdentity.type") === "Root" ? "root" : hot.user_name || hot.user_id);
  const address = textOf(fields, "sourceIPAddress");
  hot.source_ip = toIp(address);
  if (hot.source_ip === "") hot.source_domain = bounded(address);
  hot.where_from = bounded(address);
  hot.user_agent_original = bounded(textOf(fields, "userAgent"));
  hot.with_what = hot.user_agent_original || hot.event_provider;
  const service = hot.event_provider.replace(/\.amazonaws\.com$/, "");
  const resource = fields["resources.ARN"] ?? fields["resources.arn"];
  const named = Array.isArray(resource) ? resource[0] : resource;
  hot.what = bounded(`${service}:${name}${typeof named === "string" ? ` ${named}` : ""}`);
}

function actionOf(name: string, isFailed: boolean): Action {
  switch (name) {
    case "ConsoleLogin":
      return isFailed ? "logon-failed" : "logged-on";
    case "CreateUser":
      return "user-created";
    case "DeleteUser":
      return "user-deleted";
    case "StopLogging":
    case "DeleteTrail":
    case "UpdateTrail":
      return "monitoring-changed";
    default:
      return "api-called";
  }
}

/** A tree too deep for JSON.stringify is left to its flattened fields. */
function keepWhole(event: Reading, name: string, value: object): void {
  try {
    setField(event, name, clip(JSON.stringify(value), MAX_VALUE_CHARS));
  } catch {
    // RangeError: nested past the stack; the flattened fields remain
  }
}
