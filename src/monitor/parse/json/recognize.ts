import type { Fields } from "../../event/index.ts";
import type { Action, Outcome } from "../contract.ts";
import type { JsonObject } from "../flatten.ts";
import { isFlow, readFlow } from "../flow/flow.ts";
import { act, bounded, classify, firstText, type Reading, textOf } from "../reading.ts";
import { isModSecurity, readModSecurityJson } from "../server/modsecurity.ts";
import { isZeek } from "../zeek/signs.ts";
import { readZeek } from "../zeek/zeek.ts";
import { readJsonApplication } from "./applications.ts";
import { readAuditd } from "./auditd.ts";
import { readCloudTrail } from "./cloudtrail.ts";
import { readEve } from "./eve.ts";
import { isLaurel, readLaurel } from "./laurel.ts";

/**
 * Names the product of a JSON event from fields that only it has, and fills what only that product knows. True when nothing is left to
 * the names that mean the same everywhere: Zeek's `uid` is no user's.
 */
export function recognize(event: Reading, object: JsonObject): boolean {
  const { fields } = event;
  const has = (name: string): boolean => fields[name] !== undefined;
  if (has("eventSource") && has("eventName") && (has("eventVersion") || has("awsRegion")))
    readCloudTrail(event, object);
  else if (has("SyslogMessage") && has("ProcessName")) readAuditd(event);
  else if (has("event_type") && (has("flow_id") || has("src_ip"))) readEve(event);
  else if (isLaurel(fields)) readLaurel(event);
  else if (isModSecurity(fields)) readModSecurityJson(event);
  else if (isFlow(fields)) {
    readFlow(event);
    return true;
  } else if (isZeek(fields)) {
    readZeek(event);
    return true;
  } else if (!readJsonApplication(event)) {
    const product = PRODUCTS.find(({ is }) => is(fields));
    if (product !== undefined) fillProduct(event, product);
  }
  return false;
}

type Product = {
  readonly is: (fields: Fields) => boolean;
  readonly product: string;
  readonly category?: string;
  readonly service: string | ((fields: Fields) => string);
  readonly who: readonly string[];
  readonly from: readonly string[];
  readonly tool: readonly string[];
  readonly object: readonly string[];
  readonly action: (fields: Fields) => Action | "";
  readonly failed?: (fields: Fields) => boolean;
};

const AZURE_SERVICES = new Map([
  ["signinlogs", "signinlogs"],
  ["noninteractiveusersigninlogs", "signinlogs"],
  ["auditlogs", "auditlogs"],
  ["userriskevents", "riskdetection"],
  ["administrative", "activitylogs"],
  ["policy", "activitylogs"],
]);

const azureService = (fields: Fields): string =>
  AZURE_SERVICES.get(textOf(fields, "category").toLowerCase()) ??
  AZURE_SERVICES.get(textOf(fields, "Category").toLowerCase()) ??
  "";

/** Clouds and platforms that SigmaHQ has rules for. Fields stay the vendor's own, which is what those rules name. */
const PRODUCTS: readonly Product[] = [
  {
    is: (f) => azureService(f) !== "" && (f.operationName !== undefined || f.OperationName !== undefined),
    product: "azure",
    service: azureService,
    who: ["properties.userPrincipalName", "identity", "caller", "properties.initiatedBy.user.userPrincipalName"],
    from: ["callerIpAddress", "properties.ipAddress"],
    tool: ["properties.clientAppUsed", "properties.appDisplayName", "userAgent", "properties.userAgent", "category"],
    object: ["resourceId", "properties.resourceDisplayName", "operationName"],
    action: (f) => (azureService(f) !== "signinlogs" ? "api-called" : azureFailed(f) ? "logon-failed" : "logged-on"),
    failed: (f) => azureFailed(f),
  },
  {
    is: (f) => textOf(f, "protoPayload.@type") !== "",
    product: "gcp",
    service: "gcp.audit",
    who: ["protoPayload.authenticationInfo.principalEmail"],
    from: ["protoPayload.requestMetadata.callerIp"],
    tool: ["protoPayload.requestMetadata.callerSuppliedUserAgent", "protoPayload.serviceName"],
    object: ["protoPayload.resourceName", "protoPayload.methodName"],
    action: () => "api-called",
    failed: (f) => (f["protoPayload.status.code"] ?? 0) !== 0,
  },
  {
    is: (f) => f.Workload !== undefined && f.Operation !== undefined,
    product: "m365",
    service: "audit",
    who: ["UserId", "UserKey"],
    from: ["ClientIP", "ClientIPAddress", "ActorIpAddress"],
    tool: ["UserAgent", "ApplicationId", "Workload"],
    object: ["ObjectId", "SourceFileName", "Operation"],
    action: (f) =>
      /UserLoggedIn/.test(textOf(f, "Operation"))
        ? "logged-on"
        : /UserLoginFailed/.test(textOf(f, "Operation"))
          ? "logon-failed"
          : "api-called",
    failed: (f) => /fail/i.test(textOf(f, "ResultStatus")),
  },
  {
    is: (f) => f.eventType !== undefined && f["actor.alternateId"] !== undefined,
    product: "okta",
    service: "okta",
    who: ["actor.alternateId"],
    from: ["client.ipAddress"],
    tool: ["client.userAgent.rawUserAgent"],
    object: ["target.displayName", "displayMessage"],
    action: (f) =>
      !/session\.start|authentication/.test(textOf(f, "eventType"))
        ? "api-called"
        : textOf(f, "outcome.result") === "FAILURE"
          ? "logon-failed"
          : "logged-on",
    failed: (f) => textOf(f, "outcome.result") === "FAILURE",
  },
  {
    is: (f) => textOf(f, "apiVersion").startsWith("audit.k8s.io/") && f.verb !== undefined,
    product: "kubernetes",
    category: "application",
    service: "audit",
    who: ["user.username"],
    from: ["sourceIPs"],
    tool: ["userAgent"],
    object: ["requestURI"],
    action: () => "api-called",
    failed: (f) => Number(f["responseStatus.code"] ?? 200) >= 400,
  },
  {
    is: (f) => f.action !== undefined && f.actor !== undefined && (f.org !== undefined || f.repo !== undefined),
    product: "github",
    service: "audit",
    who: ["actor"],
    from: ["actor_ip", "actor_location.country_code"],
    tool: ["user_agent", "programmatic_access_type"],
    object: ["repo", "org"],
    action: () => "api-called",
  },
  {
    is: (f) => f.logtype !== undefined && f.node_id !== undefined,
    product: "opencanary",
    category: "application",
    service: "",
    who: ["logdata.USERNAME"],
    from: ["src_host"],
    tool: ["logdata.USERAGENT", "node_id"],
    object: ["dst_host"],
    action: () => "attack-detected",
  },
];

const azureFailed = (fields: Fields): boolean => {
  const result = firstText(fields, ["resultType", "ResultType", "properties.status.errorCode"]);
  return result !== "" && result !== "0" && !/^succe/i.test(result);
};

function fillProduct(event: Reading, product: Product): void {
  const { fields, hot } = event;
  const service = typeof product.service === "string" ? product.service : product.service(fields);
  classify(hot, service === "" ? product.product : `${product.product}.${service}`, {
    product: product.product,
    category: product.category ?? "",
    service,
  });
  const outcome: Outcome = product.failed?.(fields) === true ? "failure" : "success";
  act(hot, product.action(fields), outcome);
  hot.who = bounded(answerOf(fields, product.who));
  hot.user_name = hot.who;
  hot.where_from = bounded(answerOf(fields, product.from));
  hot.with_what = bounded(answerOf(fields, product.tool));
  hot.what = bounded(answerOf(fields, product.object));
}

/** Like firstText, but a list answers with its first item. */
function answerOf(fields: Fields, names: readonly string[]): string {
  for (const name of names) {
    const value = fields[name];
    const text = Array.isArray(value) ? String(value[0] ?? "") : textOf(fields, name);
    if (text !== "") return text;
  }
  return "";
}
