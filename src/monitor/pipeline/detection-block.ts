import { NativeBlock } from "../../platform/native/index.ts";
import type { Entity, RuleFacts } from "../event/index.ts";
import { storedTime } from "./event-block.ts";
import type { EncodedBlock } from "./job.ts";
import { type EventRow, SeqSpan } from "./row.ts";

type Found = {
  readonly rule: RuleFacts;
  readonly entity: Entity;
  /** The exception that it falls under; "" when it counts. */
  readonly exceptionId: string;
};

/** Rows of the table `detections` on their way into a Native block. */
export class DetectionBlock {
  readonly #block = new NativeBlock();
  readonly #span = new SeqSpan();
  readonly #time = this.#block.instant("time");
  readonly #received = this.#block.instant("received");
  readonly #stream = this.#block.uint("stream", 4);
  readonly #seq = this.#block.bigUint("seq");
  readonly #unit = this.#block.word("unit_id");
  readonly #source = this.#block.word("source_id");
  readonly #rule = {
    id: this.#block.word("rule_id"),
    title: this.#block.word("rule_title"),
    level: this.#block.word("rule_level"),
    author: this.#block.word("rule_author"),
    exceptionId: this.#block.word("exception_id"),
    tactics: this.#block.words("tactics"),
    techniques: this.#block.words("techniques"),
  };
  readonly #entity = { kind: this.#block.word("entity_kind"), value: this.#block.string("entity") };
  readonly #words = WORDS.map((name) => ({ name, column: this.#block.word(name) }));
  readonly #what = this.#block.string("what");
  readonly #sourceIp = this.#block.ip("source_ip");

  add(row: EventRow, found: Found, stream: number): void {
    const { hot } = row.event;
    this.#time.push(storedTime(row));
    this.#received.push(row.receivedMs);
    this.#stream.push(stream);
    this.#seq.push(row.seq);
    this.#span.add(row.seq);
    this.#unit.push(row.unitId);
    this.#source.push(row.sourceId);
    for (const part of ["id", "title", "level", "author"] as const) this.#rule[part].push(found.rule[part]);
    this.#rule.exceptionId.push(found.exceptionId);
    for (const part of ["tactics", "techniques"] as const) this.#rule[part].push(found.rule[part]);
    this.#entity.kind.push(found.entity.kind);
    this.#entity.value.push(found.entity.value);
    for (const { name, column } of this.#words) column.push(hot[name]);
    this.#what.push(hot.what);
    this.#sourceIp.push(hot.source_ip);
    this.#block.endRow();
  }

  finish(): EncodedBlock {
    const { columns, rows } = this.#block;
    return { name: this.#span.take(rows), columns, rows, bytes: this.#block.finish() };
  }
}

const WORDS = ["dataset", "who", "where_from", "with_what", "did_what", "host_name", "user_name"] as const;
