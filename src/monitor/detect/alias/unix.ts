import type { Aliases } from "./alias.ts";

/** Linux and macOS: Sysmon for Linux uses Sigma's names; auditd, EDRs and Elastic's agents use these. */
export const UNIX: Aliases = {
  prefixes: ["auditd.log.", "auditd.data."],
  always: {
    Image: ["exe", "process.executable"],
    CommandLine: ["cmdline", "process.command_line", "process.title"],
    CurrentDirectory: ["cwd", "process.working_directory"],
    ParentImage: ["process.parent.executable"],
    ParentCommandLine: ["process.parent.command_line"],
    ProcessId: ["pid", "process.pid"],
    User: ["user.name", "auid"],
    LogonId: ["ses"],
    TargetFilename: ["file.path"],
    DestinationIp: ["destination.ip"],
    DestinationPort: ["destination.port"],
    DestinationHostname: ["destination.domain"],
    exe: ["process.executable"],
    comm: ["process.name"],
    name: ["file.path"],
    type: ["event.action", "auditd.message_type"],
    message: ["Message"],
  },
  byCategory: {},
};
