import type { SimulatedEvent, Stage } from "./event.ts";
import { beacon, bruteForce, openLure, runMacro, scanWebsite } from "./story/entry.ts";
import {
  collect,
  coverUp,
  dumpCredentials,
  lookAround,
  moveToFileServer,
  stayOnFileServer,
  upload,
} from "./story/inside.ts";
import type { World } from "./world.ts";

/** Where each stage begins, as a part of the story's span. */
const BEGINS: Readonly<Record<Stage, number>> = {
  "ssh-brute-force": 0,
  "web-scan": 0.08,
  phishing: 0.2,
  execution: 0.21,
  "command-and-control": 0.22,
  "credential-dump": 0.4,
  discovery: 0.46,
  "lateral-movement": 0.55,
  persistence: 0.65,
  collection: 0.75,
  exfiltration: 0.85,
  "cover-up": 0.97,
};

/** One intrusion from the first knock to the wiped log, in order of time. `durationMs` should be at least ten minutes. */
export function intrusion(world: World, startMs: number, durationMs: number): SimulatedEvent[] {
  const at = (stage: Stage) => startMs + Math.round(BEGINS[stage] * durationMs);
  const parts: readonly (readonly [Stage, SimulatedEvent[]])[] = [
    ["ssh-brute-force", bruteForce(world, at("ssh-brute-force"))],
    ["web-scan", scanWebsite(world, at("web-scan"))],
    ["phishing", openLure(world, at("phishing"))],
    ["execution", runMacro(world, at("execution"))],
    ["command-and-control", beacon(world, at("command-and-control"), at("cover-up"))],
    ["credential-dump", dumpCredentials(world, at("credential-dump"))],
    ["discovery", lookAround(world, at("discovery"))],
    ["lateral-movement", moveToFileServer(world, at("lateral-movement"))],
    ["persistence", stayOnFileServer(world, at("persistence"))],
    ["collection", collect(world, at("collection"))],
    ["exfiltration", upload(world, at("exfiltration"))],
    ["cover-up", coverUp(world, at("cover-up"))],
  ];
  return parts
    .flatMap(([stage, events]) => events.map((event) => ({ ...event, stage })))
    .sort((a, b) => a.atMs - b.atMs);
}
