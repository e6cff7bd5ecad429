import type { ShipperSnippet } from "./contract.ts";

/** A port that is open, as people would type it. */
export type PortEndpoint = { readonly host: string; readonly port: number; readonly isTls: boolean };
/** Ports besides the main one and plain syslog, where they are switched on. */
export type PortEndpoints = {
  readonly syslogTls?: PortEndpoint | undefined;
  readonly relp?: PortEndpoint | undefined;
  readonly lumberjack?: PortEndpoint | undefined;
  readonly forward?: (PortEndpoint & { readonly hasSharedKey: boolean }) | undefined;
  readonly flows?: PortEndpoint | undefined;
};

const CA = "/etc/ssl/certs/yagura-ca.pem";
const KEY_PLACEHOLDER = "YOUR-SHARED-KEY";

/** Ready-to-paste configuration of senders that are known by their address, for each port that is open. */
export function portSnippets({ syslogTls, relp, lumberjack, forward, flows }: PortEndpoints): ShipperSnippet[] {
  return [
    ...(syslogTls ? [rsyslogTls(syslogTls), syslogNg(syslogTls)] : []),
    ...(relp ? [rsyslogRelp(relp)] : []),
    ...(lumberjack ? [beats(lumberjack)] : []),
    ...(forward ? [fluentBit(forward), fluentd(forward)] : []),
    ...(flows ? [softflowd(flows), cisco(flows)] : []),
  ];
}

const rsyslogTls = ({ host, port }: PortEndpoint): ShipperSnippet => ({
  shipper: "rsyslog-tls",
  title: "rsyslog (TLS)",
  language: "ini",
  path: "/etc/rsyslog.d/60-yagura.conf",
  text: `global(DefaultNetstreamDriverCAFile="${CA}")
*.* action(type="omfwd" target="${host}" port="${port}" protocol="tcp" TCP_Framing="octet-counted"
  StreamDriver="ossl" StreamDriverMode="1" StreamDriverAuthMode="x509/name" StreamDriverPermittedPeers="${host}"
  template="RSYSLOG_SyslogProtocol23Format"
  queue.type="LinkedList" queue.filename="yagura" queue.maxDiskSpace="1g" queue.saveOnShutdown="on"
  action.resumeRetryCount="-1" action.resumeInterval="5")
`,
});

/** `syslog()` over TLS counts octets, as RFC 5425 asks. The source `s_src` is Debian's. */
const syslogNg = ({ host, port }: PortEndpoint): ShipperSnippet => ({
  shipper: "syslog-ng",
  title: "syslog-ng (TLS)",
  language: "ini",
  path: "/etc/syslog-ng/conf.d/yagura.conf",
  text: `destination d_yagura {
  syslog("${host}" port(${port}) transport("tls")
    tls(ca-file("${CA}") peer-verify(required-trusted))
    disk-buffer(reliable(yes) disk-buf-size(1073741824)));
};
log { source(s_src); destination(d_yagura); };
`,
});

const rsyslogRelp = ({ host, port, isTls }: PortEndpoint): ShipperSnippet => ({
  shipper: "rsyslog-relp",
  title: "rsyslog (RELP)",
  language: "ini",
  path: "/etc/rsyslog.d/60-yagura.conf",
  text: `module(load="omrelp")
*.* action(type="omrelp" target="${host}" port="${port}" template="RSYSLOG_SyslogProtocol23Format"
${isTls ? `  tls="on" tls.caCert="${CA}" tls.authMode="name" tls.permittedPeer=["${host}"]\n` : ""}  queue.type="LinkedList" queue.filename="yagura" queue.maxDiskSpace="1g" queue.saveOnShutdown="on"
  action.resumeRetryCount="-1" action.resumeInterval="5")
`,
});

const beats = ({ host, port, isTls }: PortEndpoint): ShipperSnippet => ({
  shipper: "beats",
  title: "Beats (Lumberjack)",
  language: "yaml",
  path: "/etc/filebeat/filebeat.yml",
  text: `output.logstash:
  hosts: ["${host}:${port}"]
${isTls ? `  ssl.certificate_authorities: ["${CA}"]\n` : ""}`,
});

type Forward = NonNullable<PortEndpoints["forward"]>;

const fluentBit = ({ host, port, isTls, hasSharedKey }: Forward): ShipperSnippet => ({
  shipper: "fluent-bit-forward",
  title: "Fluent Bit (Forward)",
  language: "yaml",
  path: "/etc/fluent-bit/fluent-bit.yaml",
  text: `pipeline:
  outputs:
    - name: forward
      match: "*"
      host: "${host}"
      port: ${port}
      tls: ${isTls ? "on" : "off"}
${hasSharedKey ? `      shared_key: "${KEY_PLACEHOLDER}"\n` : ""}      require_ack_response: true
      retry_limit: no_limits
`,
});

const fluentd = ({ host, port, isTls, hasSharedKey }: Forward): ShipperSnippet => ({
  shipper: "fluentd",
  title: "Fluentd",
  language: "ini",
  path: "/etc/fluent/fluentd.conf",
  text: `<match **>
  @type forward
  require_ack_response true
${isTls ? `  transport tls\n  tls_cert_path ${CA}\n` : ""}${hasSharedKey ? `  <security>\n    self_hostname "#{Socket.gethostname}"\n    shared_key ${KEY_PLACEHOLDER}\n  </security>\n` : ""}  <server>
    host ${host}
    port ${port}
  </server>
  <buffer>
    @type file
    path /var/log/fluent/yagura
    retry_forever true
  </buffer>
</match>
`,
});

/** IPFIX, which tells its clock in milliseconds. */
const softflowd = ({ host, port }: PortEndpoint): ShipperSnippet => ({
  shipper: "softflowd",
  title: "softflowd (IPFIX)",
  language: "bash",
  path: "",
  text: `softflowd -i eth0 -v 10 -n ${host}:${port}
`,
});

const cisco = ({ host, port }: PortEndpoint): ShipperSnippet => ({
  shipper: "cisco-netflow",
  title: "Cisco IOS (NetFlow v9)",
  language: "bash",
  path: "",
  text: `flow exporter YAGURA
 destination ${host}
 transport udp ${port}
 export-protocol netflow-v9
 template data timeout 60
flow monitor YAGURA
 exporter YAGURA
 record netflow ipv4 original-input
interface GigabitEthernet0/0
 ip flow monitor YAGURA input
`,
});
