import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Session } from "chdb";

/** The storage policy that a cold directory makes in the embedded engine: today's disk, then the cold one. */
export const COLD_POLICY = "yagura_tiers";
export const COLD_VOLUME = "cold";

/**
 * Tells the embedded engine of a second disk, before its first connection: disks are the engine's own settings, which it reads once a process.
 * What is returned keeps that connection open. Errors: those of the file system when the directory cannot be made.
 */
export function openWithColdDisk(directory: string, coldDirectory: string): { close(): void } {
  mkdirSync(coldDirectory, { recursive: true });
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "..", "events-disks.xml");
  writeFileSync(path, configOf(coldDirectory));
  return new Session(directory, { connectionArgs: [`--config-file=${path}`] });
}

/** The volume of old must keep its name, or the engine refuses to give the table this policy. */
function configOf(coldDirectory: string): string {
  const path = escaped(coldDirectory.endsWith("/") ? coldDirectory : `${coldDirectory}/`);
  return `<clickhouse><storage_configuration>
  <disks><${COLD_VOLUME}><path>${path}</path></${COLD_VOLUME}></disks>
  <policies><${COLD_POLICY}><volumes>
    <default><disk>default</disk></default><${COLD_VOLUME}><disk>${COLD_VOLUME}</disk></${COLD_VOLUME}>
  </volumes></${COLD_POLICY}></policies>
</storage_configuration></clickhouse>
`;
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
