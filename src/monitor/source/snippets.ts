import type { ShipperSnippet, SourceKind } from "./contract.ts";
import { type PortEndpoints, portSnippets } from "./port-snippets.ts";

/** Where senders reach this installation, as people would type it. */
export type Endpoints = {
  /** Base of everything over HTTP, such as `https://yagura.example:8443`. */
  readonly http: string;
  /** Host and port of syslog; undefined when no listener is configured. */
  readonly syslog: { readonly host: string; readonly port: number } | undefined;
  readonly ports?: PortEndpoints;
};

const SECRET_PLACEHOLDER = "YOUR-TOKEN";

/** Ready-to-paste configuration for a source's kind. `secret` undefined = a placeholder stands in. */
export function shipperSnippets(kind: SourceKind, endpoints: Endpoints, secret: string | undefined): ShipperSnippet[] {
  const token = secret ?? SECRET_PLACEHOLDER;
  if (kind === "syslog")
    return [...(endpoints.syslog ? [rsyslog(endpoints.syslog)] : []), ...portSnippets(endpoints.ports ?? {})];
  const http = endpoints.http.replace(/\/+$/, "");
  const url = new URL(http);
  return [
    filebeat(url, token),
    winlogbeat(url, token),
    fluentBit(url, token),
    otelCollector(http, token),
    vector(http, token),
    curl(http, token),
  ];
}

/** The port, which Beats take for 9200 where it is not said. */
const portOf = ({ port, protocol }: URL): string => port || (protocol === "https:" ? "443" : "80");
/** Below which path `_bulk` is on the main port. */
const elasticPath = ({ pathname }: URL): string => `${pathname === "/" ? "" : pathname}/elastic`;

/** A queue on disk and endless retries, so that a restart of Yagura loses nothing. */
function rsyslog({ host, port }: { host: string; port: number }): ShipperSnippet {
  return {
    shipper: "rsyslog",
    title: "rsyslog",
    language: "ini",
    path: "/etc/rsyslog.d/60-yagura.conf",
    text: `*.* action(type="omfwd" target="${host}" port="${port}" protocol="tcp"
  TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"
  queue.type="LinkedList" queue.filename="yagura" queue.maxDiskSpace="1g" queue.saveOnShutdown="on"
  action.resumeRetryCount="-1" action.resumeInterval="5")
`,
  };
}

const beatOutput = (url: URL, token: string): string => `output.elasticsearch:
  hosts: ["${url.protocol}//${url.hostname}:${portOf(url)}${elasticPath(url)}"]
  api_key: "yagura:${token}"
  # Yagura keeps its own schema: nothing is to be installed in it.
setup.ilm.enabled: false
setup.template.enabled: false
`;

function filebeat(url: URL, token: string): ShipperSnippet {
  return {
    shipper: "filebeat",
    title: "Filebeat",
    language: "yaml",
    path: "/etc/filebeat/filebeat.yml",
    text: `filebeat.inputs:
  - type: filestream
    id: yagura
    paths:
      - /var/log/*.log
${beatOutput(url, token)}`,
  };
}

function winlogbeat(url: URL, token: string): ShipperSnippet {
  return {
    shipper: "winlogbeat",
    title: "Winlogbeat",
    language: "yaml",
    path: "C:\\Program Files\\Winlogbeat\\winlogbeat.yml",
    text: `winlogbeat.event_logs:
  - name: Security
  - name: System
  - name: Application
  - name: Microsoft-Windows-Sysmon/Operational
  - name: Microsoft-Windows-PowerShell/Operational
${beatOutput(url, token)}`,
  };
}

function fluentBit(url: URL, token: string): ShipperSnippet {
  return {
    shipper: "fluent-bit",
    title: "Fluent Bit",
    language: "yaml",
    path: "/etc/fluent-bit/fluent-bit.yaml",
    text: `pipeline:
  inputs:
    - name: tail
      path: /var/log/*.log
  outputs:
    - name: es
      match: "*"
      host: ${url.hostname}
      port: ${portOf(url)}
      tls: ${url.protocol === "https:" ? "on" : "off"}
      path: ${elasticPath(url)}
      suppress_type_name: on
      http_user: yagura
      http_passwd: ${token}
      retry_limit: no_limits
`,
  };
}

/** OTLP over HTTP, which the main port takes as it takes everything else. */
function otelCollector(http: string, token: string): ShipperSnippet {
  return {
    shipper: "otel-collector",
    title: "OpenTelemetry Collector",
    language: "yaml",
    path: "/etc/otelcol-contrib/config.yaml",
    text: `extensions:
  file_storage:
    directory: /var/lib/otelcol-contrib
receivers:
  filelog:
    include: [/var/log/*.log]
    storage: file_storage
exporters:
  otlphttp:
    endpoint: ${http}/otlp
    headers:
      authorization: "Bearer ${token}"
    retry_on_failure:
      max_elapsed_time: 0
    sending_queue:
      storage: file_storage
service:
  extensions: [file_storage]
  pipelines:
    logs:
      receivers: [filelog]
      exporters: [otlphttp]
`,
  };
}

/** Splunk's HTTP Event Collector, as whatever else ships to Splunk would be set. */
function vector(http: string, token: string): ShipperSnippet {
  return {
    shipper: "vector",
    title: "Vector (Splunk HEC)",
    language: "yaml",
    path: "/etc/vector/vector.yaml",
    text: `sources:
  logs:
    type: file
    include: [/var/log/*.log]
sinks:
  yagura:
    type: splunk_hec_logs
    inputs: [logs]
    endpoint: ${http}
    default_token: ${token}
    compression: gzip
    encoding:
      codec: text
    buffer:
      type: disk
      max_size: 1073741824
`,
  };
}

function curl(http: string, token: string): ShipperSnippet {
  return {
    shipper: "curl",
    title: "curl",
    language: "bash",
    path: "",
    text: `curl --fail-with-body -H 'Authorization: Bearer ${token}' -H 'Content-Type: application/x-ndjson' \\
  --data-binary @events.ndjson '${http}/api/v1/ingest'
`,
  };
}
