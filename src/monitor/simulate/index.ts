export {
  emailOf,
  GROUP_NAME,
  SAMPLE_PEOPLE,
  SAMPLE_UNITS,
  type SampleUnit,
  type UnitKey,
} from "./company.ts";
export { dnsLines, firewallLines, proxyLines, webLines, windowsDocuments } from "./lines.ts";
export { type SimulateOptions, simulate } from "./simulate.ts";
