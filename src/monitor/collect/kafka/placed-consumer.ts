import {
  type CallbackWithPromise,
  Consumer,
  type ConsumerOptions,
  type ListCommitsOptions,
  ListOffsetTimestamps,
} from "@platformatic/kafka";
import { beginningsOf } from "./beginnings.ts";
import { type Places, placeKeyOf } from "./places.ts";
import type { KafkaSetting } from "./settings.ts";

type Options = ConsumerOptions<Buffer, Buffer, Buffer, Buffer>;
type Offsets = Map<string, bigint[]>;
type Deciding = { readonly places: Places; readonly setting: Pick<KafkaSetting, "group" | "from"> };

/**
 * A member of a group that begins at the log's places. The client asks for the group's offsets whenever partitions were assigned, and
 * begins there: that answer is amended here. What is not in it begins at the oldest record.
 */
export class PlacedConsumer extends Consumer<Buffer, Buffer, Buffer, Buffer> {
  readonly #deciding: Deciding;
  /** Where the partitions begin that were assigned last, by the client's key. Emptied by who has seen it. */
  readonly begun = new Map<string, bigint | undefined>();

  constructor(options: Options, deciding: Deciding) {
    super(options);
    this.#deciding = deciding;
  }

  override listCommittedOffsets(options: ListCommitsOptions, callback: CallbackWithPromise<Offsets>): void;
  override listCommittedOffsets(options: ListCommitsOptions): Promise<Offsets>;
  override listCommittedOffsets(
    options: ListCommitsOptions,
    callback?: CallbackWithPromise<Offsets>,
  ): Promise<Offsets> | undefined {
    const deciding = this.#decide(options);
    if (callback === undefined) return deciding;
    deciding.then((offsets) => this.#tell(offsets, callback), callback);
    return undefined;
  }

  /** In one go: nothing may be fetched between the two. */
  #tell(offsets: Offsets, callback: CallbackWithPromise<Offsets>): void {
    for (const [topic, partitions] of offsets)
      partitions.forEach((offset, partition) => {
        this.begun.set(`${topic}:${partition}`, offset < 0n ? undefined : offset);
      });
    callback(null, offsets);
  }

  async #decide(options: ListCommitsOptions): Promise<Offsets> {
    const { places, setting } = this.#deciding;
    const names = options.topics.map(({ topic }) => topic);
    const commits = await super.listCommittedOffsets(options);
    // Asked anew: the place of a topic that was deleted is none of the one that was made in its stead.
    const { id, topics } = await this.metadata({ topics: names, forceUpdate: true });
    const placeOf = (topic: string, partition: number): number =>
      places.nextOf(
        placeKeyOf({ cluster: id, group: setting.group, topic, topicId: topics.get(topic)?.id, partition }),
      );
    const ends =
      setting.from === "end"
        ? await this.listOffsets({ topics: names, timestamp: ListOffsetTimestamps.LATEST })
        : new Map<string, bigint[]>();
    return beginningsOf(options.topics, { commits, placeOf, ends });
  }
}
