import type { Fields, FieldValue, LogSource } from "../../event/index.ts";
import type { Group } from "../engine/group.ts";
import { ByteCache } from "./byte-cache.ts";
import { JsonView } from "./json-view.ts";
import type { JsonMembers } from "./members.ts";

/** What decides the kind of an event: the only fields that a log source may be told by. */
const KIND_FIELDS = ["Channel", "EventID", "EventType"] as const;

/** The log source of an event, told by its Channel, EventID and EventType alone. */
export type SourceOf = (kind: Fields) => LogSource;

/** Kinds of events remembered are at most half as many. */
const KINDS = 4096;
const POOL_BYTES = 1 << 17;

type FindGroup = (fields: Fields, logsource: LogSource) => Group;
/** What is known of a text at some step from an event to its group: the next step's owner, and at the last the group. */
type Step = { group: Group | undefined };

/** Reads events from JSON text. The group is found by the text of the fields that decide it. */
export class JsonLane {
  readonly view: JsonView;
  readonly #members: JsonMembers;
  readonly #findGroup: FindGroup;
  readonly #steps = new ByteCache<Step>(KINDS, POOL_BYTES);
  readonly #kindNames: readonly number[];

  constructor(members: JsonMembers, slots: number, findGroup: FindGroup) {
    this.#members = members;
    this.#findGroup = findGroup;
    this.view = new JsonView(this.#members, slots);
    this.#kindNames = KIND_FIELDS.map((name) => this.#members.table.numberOf(name));
  }

  /** The group of the event that was read last, which `view` shows. */
  groupOf(sourceOf: SourceOf): Group {
    let step = this.#next(sourceOf, this.#kindNames[0] ?? 0);
    for (let i = 1; i < this.#kindNames.length; i++) step = this.#next(step, this.#kindNames[i] ?? 0);
    step.group ??= this.#find(sourceOf);
    return step.group;
  }

  /** An absent field is a text of no length. */
  #next(owner: object, name: number): Step {
    const member = this.#members.positionOf(name);
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
    return this.#findGroup(kind, sourceOf(kind));
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
