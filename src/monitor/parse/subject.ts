import type { Action } from "./contract.ts";
import { remember } from "./remember.ts";
import type { Verdict } from "./verdict.ts";

/** What a record of any vendor's is about, as far as its own words say. */
export type Subject = "malware" | "attack" | "logon-failed" | "logon" | "logoff" | "configuration" | "";

/** From a record's own words: its name, its id, its categories. */
export const subjectOf = remember((said): Subject => {
  if (/virus|malware|trojan|ransom|spyware/i.test(said)) return "malware";
  if (/intrusion|exploit|attack|\bips\b|\bids\b|threat|signature|waf|injection|scan\b/i.test(said)) return "attack";
  if (/log(?:ged )?[io]n|authenticat|admin\w{0,16} accessed/i.test(said))
    return /fail|invalid|denied/i.test(said) ? "logon-failed" : "logon";
  if (/log(?:ged )?(?:out|off)/i.test(said)) return "logoff";
  return /config|setting|policy|changed/i.test(said) ? "configuration" : "";
});

/** What was done, when the subject alone decides it; a logon that was denied has failed. "" for the rest. */
export function actionOfSubject(subject: Subject, verdict: Verdict): Action | "" {
  const isDenied = verdict === "denied";
  switch (subject) {
    case "malware":
      return isDenied ? "malware-blocked" : "malware-detected";
    case "attack":
      return isDenied ? "attack-blocked" : "attack-detected";
    case "logon":
      return isDenied ? "logon-failed" : "logged-on";
    case "logon-failed":
      return "logon-failed";
    case "logoff":
      return "logged-off";
    default:
      return "";
  }
}
