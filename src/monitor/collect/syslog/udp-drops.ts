import { readFile } from "node:fs/promises";

const TABLES = ["/proc/net/udp", "/proc/net/udp6"];

/**
 * Datagrams that the kernel dropped because nobody read them in time, per `/proc/net/udp` (proc(5)); undefined where the
 * system has no such table or the socket is not in it.
 */
export async function kernelUdpDrops(port: number): Promise<number | undefined> {
  const tables = await Promise.all(TABLES.map((path) => readFile(path, "latin1").catch(() => "")));
  return udpDropsIn(tables.join("\n"), port);
}

/** The last column of the lines whose local port is `port`, summed. */
export function udpDropsIn(table: string, port: number): number | undefined {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  let drops: number | undefined;
  for (const line of table.split("\n")) {
    const columns = line.trim().split(/\s+/);
    const count = Number(columns.at(-1));
    if (columns[1]?.split(":")[1] === wanted && Number.isInteger(count)) drops = (drops ?? 0) + count;
  }
  return drops;
}
