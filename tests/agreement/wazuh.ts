import type { TarFile } from "../support/tar.ts";
import { type Claim, readLines, type Tallies } from "./agreement.ts";

/** Wazuh's decoder → our datasets for the same product. A decoder that is not here has no reader of ours. */
const DATASETS: Readonly<Record<string, RegExp>> = {
  "apache-errorlog": /^(?:apache\.error|modsecurity\.alert)$/,
  doas: /^linux\.doas$/,
  openvpn: /^openvpn\./,
  proftpd: /^proftpd\./,
  rshd: /^linux\.inetd$/,
  smbd: /^samba\./,
  systemd: /^linux\.systemd$/,
  dovecot: /^dovecot\./,
  "dovecot-info": /^dovecot\./,
  "postfix-reject": /^postfix\./,
  smtpd: /^opensmtpd\./,
  "cisco-asa": /^cisco\./,
  kernel: /^iptables$|^linux\.auditd$/,
  "macos-date-format-sshd": /^linux\.sshd$/,
  named: /^(?:bind|named)/,
  // PAM speaks through the program that asks it.
  pam: /^linux\.(?:auth|sshd|vsftpd)$/,
  paloalto_system: /^(?:paloalto|panos)/,
  paloalto_traffic: /^(?:paloalto|panos)/,
  "checkpoint-smart1": /^checkpoint/,
  sonicwall: /^sonicwall/,
  sshd: /^linux\.sshd$/,
  su: /^linux\.auth$/,
  "web-accesslog": /^(?:web|apache|nginx)\.access$/,
  "web-accesslog-iis-default": /^iis\.access$/,
  "web-accesslog-iis6": /^iis\.access$/,
  windows: /^windows/,
  ar_log: /^ossec\.active-response$/,
  cimserver: /^openpegasus\./,
  "cpanel-login": /^cpanel\./,
  // Wazuh's tests for Nextcloud's log name the decoder of JSON in general.
  json: /^nextcloud\./,
  NetworkManager: /^networkmanager\./,
  oscap: /^openscap\./,
  "ossec-logcollector": /^ossec\./,
  paps: /^leef\.paps$/,
  // Its pattern for `[date zone]` also takes cPanel's lines, which are all that its tests hold.
  postgresql_log: /^(?:postgresql|cpanel)\./,
  // Its pattern for a date in front also takes Exim's lines, which are all that its tests hold.
  "windows-date-format": /^exim\./,
};

/**
 * Wazuh's rule tests name, per log line, the decoder that must take it and no decoded field: what can be judged is whether our reader
 * for the same product takes the line.
 */
export function checkWazuh(files: readonly TarFile[], tallies: Tallies): void {
  for (const { name, bytes } of files) {
    if (!name.endsWith(".ini")) continue;
    for (const { lines, decoder } of sectionsOf(bytes.toString("utf8"))) {
      if (decoder === "") {
        tallies.leave("wazuh: lines without a decoder", lines.length);
        continue;
      }
      const datasets = Object.hasOwn(DATASETS, decoder) ? DATASETS[decoder] : undefined;
      readLines(lines).forEach((event, at) => {
        const ours = event.hot.dataset;
        const claim: Claim = {
          name: "decoder",
          expected: decoder,
          ours: datasets && ours,
          agrees: datasets?.test(ours) ?? false,
        };
        tallies.of(`wazuh ${decoder}`).add(lines[at] ?? "", event, [claim]);
      });
    }
  }
}

type Section = { readonly lines: readonly string[]; readonly decoder: string };

function sectionsOf(text: string): readonly Section[] {
  return text.split(/^\[.*\]\s*$/m).map((section) => {
    const lines = [...section.matchAll(/^log \d+ (?:pass|fail)\s*=\s*(.+)$/gm)].map(([, line = ""]) => line.trim());
    return { lines, decoder: (/^decoder\s*=\s*(.*)$/m.exec(section)?.[1] ?? "").trim() };
  });
}
