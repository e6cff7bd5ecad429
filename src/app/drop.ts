import { AppError } from "../kernel/errors.ts";
import { type DropFolders, type DropSetting, openDropFolders } from "../monitor/collect/index.ts";
import type { Organization } from "../organization/index.ts";
import type { DataDirectory } from "../platform/directory/index.ts";
import type { Logger } from "../platform/log/index.ts";
import { type AccessKey, accessKeyInEnvironment, type Config } from "./config.ts";
import { addDropMetrics } from "./drop-metrics.ts";
import type { Engines } from "./engines.ts";
import { capturesBy, fileOpener, partLimits, type Spool } from "./ingest/index.ts";
import type { Monitoring } from "./monitoring.ts";
import { checkTargets } from "./named-targets.ts";

type Deps = {
  readonly directory: DataDirectory;
  readonly spool: Spool;
  readonly engines: Engines;
  readonly organization: Organization;
  readonly monitoring: Monitoring;
  readonly log: Logger;
};

const POLL_SECONDS = { bucket: 60, directory: 5 } as const;

/** Begins to take what lies in the places of the settings. Errors: `invalid` for a unit or a format that there is not, or no access key. */
export async function openDrop(
  { drop, tshark }: Pick<Config, "drop" | "tshark">,
  { directory, spool, engines, organization, monitoring, log }: Deps,
): Promise<DropFolders> {
  await checkTargets(organization, "drop", drop);
  const { intake, onBug } = monitoring.bulk;
  const reading = { ...partLimits(intake.limits), spool, captures: capturesBy(tshark) };
  const folders = await openDropFolders({
    ...{ intake, onBug, log: engines.wal, now: Date.now },
    // A place reads one object at a time: that is its bound, and the spool's is of all together.
    newOpener: () => fileOpener(reading),
    places: drop.map((entry) => settingOf(entry)),
    directory: directory.at("drop"),
    warn: log.warn.bind(log),
  });
  addDropMetrics(monitoring.metrics.registry, folders);
  return folders;
}

function settingOf({ bucket, directory, settleSeconds, pollSeconds, ...entry }: Config["drop"][number]): DropSetting {
  if (directory !== undefined) {
    const place = { kind: "directory" as const, directory, settleSeconds };
    return { ...entry, place, pollSeconds: pollSeconds ?? POLL_SECONDS.directory };
  }
  if (bucket === undefined) throw new AppError("invalid", `drop ${entry.name}: needs a bucket or a directory.`);
  const place = { kind: "bucket" as const, bucket: { ...bucket, ...accessKeyOf(entry.name, bucket) } };
  return { ...entry, place, pollSeconds: pollSeconds ?? POLL_SECONDS.bucket };
}

function accessKeyOf(name: string, bucket: NonNullable<Config["drop"][number]["bucket"]>): AccessKey {
  const given = bucket.accessKeyId === undefined ? accessKeyInEnvironment() : bucket;
  const { accessKeyId, secretAccessKey, sessionToken } = given;
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    const how = "Name accessKeyId and secretAccessKey, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY";
    throw new AppError("invalid", `drop ${name}: there is no access key. ${how}.`);
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
}
