import type { Fields, FieldValue, LogSource } from "../../event/index.ts";
import { scalarText } from "./values.ts";

/** All that decides which rules apply to an event. */
type Kind = { readonly logsource: LogSource; readonly channel: FieldValue; readonly id: FieldValue };

/** Distinct kinds remembered; a hostile sender cannot grow the table past this. */
const MAX_KINDS = 20_000;

type Level<T> = Map<unknown, T>;

/** What is known of each kind of event. Maps in maps, since joining the parts into one key would cost more than they do. */
export class KindTable<T> {
  readonly #root: Level<Level<Level<Level<Level<T>>>>> = new Map();
  #size = 0;

  get({ logsource, channel, id }: Kind): T | undefined {
    const services = this.#root.get(logsource.product)?.get(logsource.category);
    return services?.get(logsource.service)?.get(channel)?.get(id);
  }

  set({ logsource, channel, id }: Kind, known: T): void {
    if (this.#size >= MAX_KINDS) return;
    this.#size++;
    const services = within(within(this.#root, logsource.product), logsource.category);
    within(within(services, logsource.service), channel).set(id, known);
  }
}

function within<T>(level: Level<Level<T>>, key: unknown): Level<T> {
  const known = level.get(key) ?? new Map<unknown, T>();
  level.set(key, known);
  return known;
}

/** Sysmon tells an added registry key from a deleted one by its type alone, so there the type is part of the id. */
export function kindOf(fields: Fields, logsource: LogSource): Kind {
  const { Channel: channel = "", EventID: id = "", EventType: type } = fields;
  if (logsource.product !== "windows") return { logsource, channel: "", id };
  const key = logsource.category === "registry_event" ? scalarText(type) : undefined;
  return { logsource, channel, id: key === undefined ? id : `${id}/${key}` };
}
