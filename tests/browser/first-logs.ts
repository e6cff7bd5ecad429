import { gzipSync } from "node:zlib";

/**
 * A morning's logs in three shapes that companies have: Windows as Winlogbeat writes it, OpenSSH as rsyslog files it, Squid.
 * Times count back from `nowMs`, because people look at the last day. Three of the events are what rules of ours look for.
 */
export function firstLogs(nowMs: number): { readonly windows: Buffer; readonly ssh: string; readonly proxy: string } {
  const ago = (minutes: number): string => new Date(nowMs - minutes * 60_000).toISOString();
  const windows = [
    windowsEvent(ago(50), "4624", { TargetUserName: "tanaka", IpAddress: "10.1.0.23", LogonType: "3" }),
    windowsEvent(ago(41), "1102", { SubjectUserName: "yamada", SubjectDomainName: "EXAMPLE" }),
    windowsEvent(ago(40), "4688", {
      SubjectUserName: "yamada",
      NewProcessName: "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe",
      CommandLine: `powershell.exe -nop -enc ${Buffer.from("Write-Output 'a morning exercise'", "utf16le").toString("base64")}`,
    }),
  ];
  const ssh = [
    `${ago(33)} web01 sshd[812]: Failed password for invalid user admin from 203.0.113.9 port 51122 ssh2`,
    `${ago(32)} web01 sshd[812]: Accepted publickey for tanaka from 10.1.0.23 port 40022 ssh2`,
    `${ago(31)} web01 sshd[830]: Accepted password for root from 203.0.113.9 port 51180 ssh2`,
  ];
  const proxy = [35, 30, 25].map(
    (minutes) =>
      `${((nowMs - minutes * 60_000) / 1000).toFixed(3)} 87 10.1.0.23 TCP_MISS/200 5120 GET http://www.example.jp/ tanaka HIER_DIRECT/198.51.100.4 text/html`,
  );
  return {
    windows: gzipSync(windows.map((event) => `${JSON.stringify(event)}\n`).join("")),
    ssh: `${ssh.join("\n")}\n`,
    proxy: `${proxy.join("\n")}\n`,
  };
}

export const FIRST_LOGS_COUNT = 9;

function windowsEvent(time: string, code: string, data: Readonly<Record<string, string>>): object {
  return {
    "@timestamp": time,
    event: { code },
    host: { name: "dc01.example.jp" },
    winlog: {
      channel: "Security",
      provider_name: code === "1102" ? "Microsoft-Windows-Eventlog" : "Microsoft-Windows-Security-Auditing",
      event_id: code,
      computer_name: "dc01.example.jp",
      time_created: time,
      event_data: data,
    },
  };
}
