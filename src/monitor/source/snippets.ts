import type { ShipperSnippet, SourceKind } from "./contract.ts";

/** Where senders reach this installation, as people would type it. */
export type Endpoints = {
  /** Base of `_bulk` and NDJSON, such as `https://yagura.example:8443`. */
  readonly http: string;
  /** Host and port of syslog; undefined when no listener is configured. */
  readonly syslog: { readonly host: string; readonly port: number } | undefined;
};

const SECRET_PLACEHOLDER = "YOUR-TOKEN";

/** Ready-to-paste configuration for a source's kind. `secret` undefined = a placeholder stands in. */
export function shipperSnippets(kind: SourceKind, endpoints: Endpoints, secret: string | undefined): ShipperSnippet[] {
  const token = secret ?? SECRET_PLACEHOLDER;
  if (kind === "syslog") return endpoints.syslog ? [rsyslog(endpoints.syslog)] : [];
  const http = endpoints.http.replace(/\/+$/, "");
  return [filebeat(http, token), winlogbeat(http, token), fluentBit(new URL(http), token), curl(http, token)];
}

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

const beatOutput = (http: string, token: string): string => `output.elasticsearch:
  hosts: ["${http}"]
  api_key: "yagura:${token}"
  # Yagura keeps its own schema: nothing is to be installed in it.
setup.ilm.enabled: false
setup.template.enabled: false
`;

function filebeat(http: string, token: string): ShipperSnippet {
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
${beatOutput(http, token)}`,
  };
}

function winlogbeat(http: string, token: string): ShipperSnippet {
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
${beatOutput(http, token)}`,
  };
}

function fluentBit(url: URL, token: string): ShipperSnippet {
  const isTls = url.protocol === "https:";
  const port = url.port || (isTls ? "443" : "80");
  const prefix = url.pathname === "/" ? "" : url.pathname;
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
      port: ${port}
      tls: ${isTls ? "on" : "off"}
${prefix === "" ? "" : `      path: ${prefix}\n`}      suppress_type_name: on
      http_user: yagura
      http_passwd: ${token}
      retry_limit: no_limits
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
