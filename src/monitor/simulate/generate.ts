import { ordinaryActivity } from "./background.ts";
import type { SimulatedEvent } from "./event.ts";
import { TimeQueue } from "./queue.ts";
import { Random } from "./random.ts";
import { rhythmAt } from "./rhythm.ts";
import { intrusion } from "./story.ts";
import { World } from "./world.ts";

export type GenerateOptions = {
  readonly seed: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** Ordinary events per second: the mean of a week with `rhythm`, of any moment without. The intrusion comes on top. */
  readonly eventsPerSecond: number;
  /** Days and nights, working days and weekends. Default true. */
  readonly rhythm?: boolean;
  /** When the planted intrusion runs; by default it fills the whole time. `false`: ordinary days only. */
  readonly story?: { readonly startMs: number; readonly durationMs: number } | false;
};

/** The company's logs in order of time, made as they are asked for. The same options give the same bytes. */
export function* generate(options: GenerateOptions): Generator<SimulatedEvent, void, undefined> {
  const { seed, startMs, durationMs, eventsPerSecond, rhythm = true, story = options } = options;
  const world = new World(new Random(`ordinary ${seed}`));
  const endMs = startMs + durationMs;
  const planned = new TimeQueue<SimulatedEvent>();
  if (story !== false) {
    const plotted = intrusion(new World(new Random(`intrusion ${seed}`)), story.startMs, story.durationMs);
    for (const event of plotted) planned.put(event);
  }
  for (let atMs = startMs; eventsPerSecond > 0 && atMs < endMs; ) {
    const activity = ordinaryActivity(world, Math.floor(atMs));
    for (const event of activity) planned.put(event);
    const perSecond = eventsPerSecond * (rhythm ? rhythmAt(atMs).factor : 1);
    atMs += world.random.exponential((activity.length / perSecond) * 1000);
    yield* takeUntil(planned, Math.min(atMs, endMs));
  }
  yield* takeUntil(planned, endMs);
}

function* takeUntil(planned: TimeQueue<SimulatedEvent>, endMs: number) {
  while (planned.nextAtMs < endMs) {
    const event = planned.take();
    if (event !== undefined) yield event;
  }
}
