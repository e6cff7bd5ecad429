import type { Fields, FieldValue, LogSource } from "../../event/index.ts";
import type { Group } from "../engine/group.ts";
import { ByteCache } from "./byte-cache.ts";
import { JsonView } from "./json-view.ts";
import { JsonMembers } from "./members.ts";

/** What decides the kind of an event: the only fields that a log source may be told by. */
const KIND_FIELDS = ["Channel", "EventID", "EventType"] as const;

/** The log source of an event, told by its Channel, EventID and EventType alone. */
export type SourceOf = (kind: Fields) => LogSource;

type GroupOf = (fields: Fields, logsource: LogSource) => Group;
/** What is known of a text at some step from an event to its group: the next step's owner, and at the last the group. */
type Step = { group: Group | undefined };

/** Reads events from JSON text. The group is found by the text of the fields that decide it. */
export class JsonLane {
  readonly view: JsonView;
  readonly #members = new JsonMembers();
  readonly #groupOf: GroupOf;
  readonly #steps = new ByteCache<Step>();
  readonly #kindNames: readonly number[];

  constructor(slots: number, groupOf: GroupOf) {
    this.#groupOf = groupOf;
    this.view = new JsonView(this.#members, slots);
    this.#kindNames = KIND_FIELDS.map((name) => this.#members.table.numberOf(name));
  }

  /** The group of the event, which `view` then shows; undefined when the text must be left to JSON.parse. */
  read(text: Uint8Array, sourceOf: SourceOf): Group | undefined {
    if (!this.#members.read(text)) return undefined;
    let owner: object = sourceOf;
    let step: Step | undefined;
    for (let i = 0; i < this.#kindNames.length; i++) {
      step = this.#next(owner, this.#members.positionOf(this.#kindNames[i] ?? 0));
      owner = step;
    }
    if (step === undefined) return undefined;
    step.group ??= this.#find(sourceOf);
    return step.group;
  }

  /** An absent field is a text of no length. */
  #next(owner: object, member: number): Step {
    const from = member < 0 ? 0 : (this.#members.from[member] ?? 0);
    const to = member < 0 ? 0 : (this.#members.to[member] ?? 0);
    const known = this.#steps.get(owner, this.#members.view, from, to);
    if (known !== undefined) return known;
    const step: Step = { group: undefined };
    this.#steps.set(owner, this.#members.bytes, from, to, step);
    return step;
  }

  #find(sourceOf: SourceOf): Group {
    const kind = this.#kind();
    return this.#groupOf(kind, sourceOf(kind));
  }

  #kind(): Fields {
    const kind: Record<string, FieldValue> = Object.create(null);
    KIND_FIELDS.forEach((name, index) => {
      const member = this.#members.positionOf(this.#kindNames[index] ?? 0);
      if (member >= 0) kind[name] = this.#members.valueOf(member);
    });
    return kind;
  }
}
