export {
  emailOf,
  GROUP_NAME,
  SAMPLE_HOSTS,
  SAMPLE_PEOPLE,
  SAMPLE_UNITS,
  type SamplePerson,
  type SampleUnit,
  type UnitKey,
} from "./company.ts";
export { type SimulatedEvent, STAGES, type Stage } from "./event.ts";
export { type GenerateOptions, generate } from "./generate.ts";
export { dnsLines, firewallLines, proxyLines, webLines, windowsDocuments } from "./lines.ts";
export { type SimulateOptions, type SimulationProgress, type SimulationReport, simulate } from "./simulate.ts";
