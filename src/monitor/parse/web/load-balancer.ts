import { splitHostPort, toIp } from "../address.ts";
import { clip, MAX_MESSAGE_CHARS } from "../bounds.ts";
import { toInstantMs } from "../instant.ts";
import { act, bounded, classify, type Reading, setField, setTimeMs } from "../reading.ts";
import { fillRequest } from "./access.ts";

/** The log's own columns, in their order; later ones may come at the end. Source: AWS, "Access log entries" of application load balancers. */
const COLUMNS =
  "type time elb client:port target:port request_processing_time target_processing_time response_processing_time elb_status_code target_status_code received_bytes sent_bytes request user_agent ssl_cipher ssl_protocol target_group_arn trace_id domain_name chosen_cert_arn matched_rule_priority request_creation_time actions_executed redirect_url error_reason target:port_list target_status_code_list classification classification_reason conn_trace_id transformed_host transformed_uri request_transform_status".split(
    " ",
  );
const TYPE = /^(?:https?|h2|grpcs|wss?) \d{4}-\d\d-\d\dT/;
const CELL = /"((?:[^"\\]|\\.)*)"|(\S+)/g;
const MIN_COLUMNS = 14;

/**
 * AWS application load balancer. Where from: the client. With what: the user agent. What: the host and the target of the request. Did what:
 * `http-request`, denied when a rule of AWS WAF did. Fields: AWS's column names, and Sigma's webserver names.
 */
export function readLoadBalancer(event: Reading, text: string): boolean {
  if (!TYPE.test(text.slice(0, 20))) return false;
  const cells: string[] = [];
  for (const [, quoted, plain] of text.slice(0, 32_768).matchAll(CELL)) {
    cells.push(quoted ?? plain ?? "");
    if (cells.length === COLUMNS.length) break;
  }
  if (cells.length < MIN_COLUMNS) return false;
  const cell = (name: string): string => {
    const value = cells[COLUMNS.indexOf(name)] ?? "";
    return value === "-" ? "" : value;
  };
  COLUMNS.forEach((name, at) => {
    const value = cells[at] ?? "-";
    if (value !== "-" && value !== "") setField(event, name, value);
  });
  setTimeMs(event, toInstantMs(cell("time"), ""));
  const { hot } = event;
  hot.message = clip(cell("request"), MAX_MESSAGE_CHARS);
  fillEnds(event, cell);
  fillRequest(event, cell("request"));
  answer(event, cell);
  return true;
}

type Cell = (name: string) => string;

function fillEnds(event: Reading, cell: Cell): void {
  const { hot } = event;
  const client = splitHostPort(cell("client:port"));
  const target = splitHostPort(cell("target:port"));
  hot.source_ip = toIp(client.host) || toIp(cell("client:port"));
  hot.source_port = client.port;
  hot.destination_ip = toIp(target.host);
  hot.destination_port = target.port;
  hot.source_bytes = countOf(cell("received_bytes"));
  hot.destination_bytes = countOf(cell("sent_bytes"));
  hot.host_name = bounded(cell("elb"));
  setField(event, "c-ip", hot.source_ip);
}

const countOf = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : 0);

function answer(event: Reading, cell: Cell): void {
  const { hot } = event;
  classify(hot, "aws.alb", { product: "", category: "webserver", service: "" });
  const status = countOf(cell("elb_status_code"));
  hot.http_response_status_code = status;
  if (status !== 0) setField(event, "sc-status", status);
  const isDenied = status === 403 && cell("actions_executed").includes("waf");
  act(hot, isDenied ? "http-request-denied" : "http-request", status > 0 && status < 400 ? "success" : "failure");
  hot.user_agent_original = bounded(cell("user_agent"));
  if (hot.user_agent_original !== "") setField(event, "cs-user-agent", hot.user_agent_original);
  hot.where_from = hot.source_ip;
  hot.with_what = hot.user_agent_original || hot.network_protocol;
  hot.what = bounded(hot.url_full || hot.url_domain);
}
