import type { Fields } from "../../event/index.ts";
import { toCount, toIp, toPort } from "../address.ts";
import { act, bounded, classify, endpoint, firstText, makeField, type Reading, setTimeMs, textOf } from "../reading.ts";
import { transportOf } from "../windows/columns.ts";

/** Only the collector of flows writes both of these. */
export const isFlow = (fields: Fields): boolean =>
  fields.flowProtocol !== undefined && fields.exportTimeMilliseconds !== undefined;

const OUR_SIDE = ["ingress", "egress"];

/**
 * A network flow as the collector writes it, under IPFIX's names (monitor/collect/flow). Who stays empty: flows know no people, unless
 * the exporter sends userName. Where from: source address. With what: transport. What: `destination:port`. Did what: flow-observed.
 * Bytes and packets in columns are what passed, which is what was counted times the sampling rate; fields keep what was counted.
 */
export function readFlow(event: Reading): void {
  const { fields, hot } = event;
  const protocol = bounded(textOf(fields, "flowProtocol"));
  classify(hot, `flow.${protocol}`, { product: "flow", category: "", service: protocol });
  hot.observer_name = bounded(textOf(fields, "exporterAddress"));
  setTimeMs(event, timeOf(fields));
  if (fields.sampleType === "counters") {
    hot.what = `interface ${textOf(fields, "ifIndex")}`;
    return;
  }
  hot.source_ip = toIp(firstText(fields, ["sourceIPv4Address", "sourceIPv6Address"]));
  hot.destination_ip = toIp(firstText(fields, ["destinationIPv4Address", "destinationIPv6Address"]));
  hot.source_port = toPort(fields.sourceTransportPort);
  hot.destination_port = toPort(fields.destinationTransportPort);
  hot.source_mac = bounded(textOf(fields, "sourceMacAddress"));
  hot.network_transport = bounded(transportOf(textOf(fields, "protocolIdentifier")));
  const direction = fields.flowDirection;
  hot.network_direction = typeof direction === "number" ? (OUR_SIDE[direction] ?? "") : "";
  hot.user_name = bounded(textOf(fields, "userName"));
  fillSizes(event);
  act(hot, "flow-observed", "");
  hot.who = hot.user_name;
  hot.where_from = hot.source_ip;
  hot.with_what = hot.network_transport;
  hot.what = endpoint(hot.destination_ip, hot.destination_port);
}

/** When the flow began, else ended, else was told. */
function timeOf(fields: Fields): number {
  const names = ["flowStartMilliseconds", "flowEndMilliseconds", "exportTimeMilliseconds"];
  const ms = names.map((name) => fields[name]).find((value) => typeof value === "number" && value > 0);
  return typeof ms === "number" ? ms : Number.NaN;
}

const SIZES = {
  sourceBytes: ["octetDeltaCount", "initiatorOctets", "octetTotalCount", "layer2OctetDeltaCount"],
  destinationBytes: ["reverseOctetDeltaCount", "responderOctets", "reverseOctetTotalCount"],
  sourcePackets: ["packetDeltaCount", "initiatorPackets", "packetTotalCount"],
  destinationPackets: ["reversePacketDeltaCount", "responderPackets", "reversePacketTotalCount"],
} as const;

function fillSizes(event: Reading): void {
  const { fields, hot } = event;
  const rate = typeof fields.samplingRate === "number" && fields.samplingRate > 1 ? fields.samplingRate : 1;
  const passed = (names: readonly string[]): number => toCount(Math.round(toCount(firstText(fields, names)) * rate));
  hot.source_bytes = passed(SIZES.sourceBytes);
  hot.destination_bytes = passed(SIZES.destinationBytes);
  makeField(event, "source.packets", passed(SIZES.sourcePackets));
  const answered = passed(SIZES.destinationPackets);
  if (answered > 0) makeField(event, "destination.packets", answered);
}
