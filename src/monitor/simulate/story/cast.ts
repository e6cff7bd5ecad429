import { hostFor, personOf } from "../company.ts";
import { windowsUser } from "../world.ts";

/** The attackers' addresses are documentation addresses (RFC 5737). */
export const ATTACKER = {
  scannerIp: "203.0.113.66",
  lureSite: "docs.invoice-portal-sample.top",
  lureIp: "198.51.100.21",
  controlSite: "cdn.telemetry-sync-sample.xyz",
  controlIp: "198.51.100.23",
  storageSite: "upload.share-box-sample.click",
  storageIp: "198.51.100.40",
} as const;

export const SYSTEM32 = "C:\\Windows\\System32";
export const POWERSHELL = `${SYSTEM32}\\WindowsPowerShell\\v1.0\\powershell.exe`;
export const CMD = `${SYSTEM32}\\cmd.exe`;
export const EXCEL = "C:\\Program Files\\Microsoft Office\\root\\Office16\\EXCEL.EXE";

export const victim = () => personOf("s.kato");
export const admin = () => personOf("y.yamamoto");
export const fileServer = () => hostFor("hq", "file-server");
export const onFileServer = () => ({
  unit: fileServer().unit,
  computer: fileServer().name,
  user: windowsUser(admin().account),
});
