import { startGateway } from "../../src/platform/events/gateway.ts";

/** ClickHouse's HTTP interface over one directory, as a process that can be killed: `gateway-process.ts DIRECTORY PORT`. */
const [directory = "", port = ""] = process.argv.slice(2);
await startGateway(directory, Number(port));
process.stdout.write("listening\n");
