export {
  emailOf,
  GROUP_NAME,
  SAMPLE_PEOPLE,
  SAMPLE_UNITS,
  type SampleUnit,
  type UnitKey,
} from "./company.ts";
export { DEVICE_FORMATS, type DeviceFormat } from "./devices/catalog.ts";
export { isFlowTransport, TRANSPORTS, type Transport } from "./event.ts";
export { dnsLines, firewallLines, proxyLines, webLines, windowsDocuments } from "./lines.ts";
export { type SimulateOptions, simulate } from "./simulate.ts";
