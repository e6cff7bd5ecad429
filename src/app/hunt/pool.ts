import { Worker } from "node:worker_threads";
import type { Loaded, Order } from "./engine.ts";
import type { Batch, Part } from "./part.ts";

export type ToWorker =
  | { readonly kind: "part"; readonly part: Part }
  | { readonly kind: "taken"; readonly found: number };
export type FromWorker =
  | { readonly kind: "loaded"; readonly loaded: Loaded }
  | { readonly kind: "batch"; readonly batch: Batch }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly reason: string };

/** Hears what is found, part after part, in the order of the parts. */
export type Teller = {
  onLoaded(loaded: Loaded): void;
  take(part: Part, batch: Batch): Promise<void>;
};

/** Parts that may be read ahead of the one whose turn it is, per thread. */
const AHEAD = 4;

/** Reads the parts on several threads; the teller hears of them as if one thread had read them in order. */
export async function huntOnThreads(
  parts: readonly Part[],
  order: Order,
  { threads, teller }: { threads: number; teller: Teller },
): Promise<void> {
  const pool = new Pool(parts, order, { threads, teller });
  try {
    await pool.finished;
  } finally {
    await pool.close();
  }
}

/** A thread and the number of the part it reads; -1 while it reads none. */
type Seat = { readonly worker: Worker; part: number };
type Lane = { readonly batches: { readonly batch: Batch; readonly seat: Seat }[]; isDone: boolean };

class Pool {
  readonly finished: Promise<void>;
  readonly #parts: readonly Part[];
  readonly #teller: Teller;
  readonly #seats: readonly Seat[];
  readonly #lanes: Lane[];
  readonly #idle: Seat[] = [];
  #next = 0;
  #turn = 0;
  #isTelling = false;
  #isLoaded = false;
  readonly #settle: { finish(): void; fail(error: unknown): void };

  constructor(parts: readonly Part[], order: Order, { threads, teller }: { threads: number; teller: Teller }) {
    this.#parts = parts;
    this.#teller = teller;
    this.#lanes = parts.map(() => ({ batches: [], isDone: false }));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.finished = promise;
    this.#settle = { finish: resolve, fail: reject };
    this.#seats = Array.from({ length: threads }, () => this.#start(order));
  }

  async close(): Promise<void> {
    await Promise.all(this.#seats.map(({ worker }) => worker.terminate()));
  }

  #start(order: Order): Seat {
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: order });
    const seat: Seat = { worker, part: -1 };
    worker.on("message", (message: FromWorker) => this.#hear(message, seat));
    worker.on("error", (error) => this.#settle.fail(error));
    worker.on("exit", () => this.#settle.fail(new Error("a thread of the hunt ended early")));
    return seat;
  }

  #hear(message: FromWorker, seat: Seat): void {
    const lane = this.#lanes[seat.part];
    if (message.kind === "failed") this.#settle.fail(new Error(message.reason));
    else if (message.kind === "batch") lane?.batches.push({ batch: message.batch, seat });
    else {
      if (message.kind === "loaded" && !this.#isLoaded) {
        this.#isLoaded = true;
        this.#teller.onLoaded(message.loaded);
      }
      if (lane !== undefined) lane.isDone = true;
      seat.part = -1;
      this.#idle.push(seat);
    }
    this.#dispatch();
    this.#tell().catch(this.#settle.fail);
  }

  #dispatch(): void {
    const limit = Math.min(this.#parts.length, this.#turn + this.#seats.length * AHEAD);
    while (this.#next < limit) {
      const part = this.#parts[this.#next];
      const seat = part === undefined ? undefined : this.#idle.pop();
      if (part === undefined || seat === undefined) return;
      seat.part = this.#next;
      this.#next += 1;
      send(seat, { kind: "part", part });
    }
  }

  async #tell(): Promise<void> {
    if (this.#isTelling) return;
    this.#isTelling = true;
    while (this.#turn < this.#parts.length) {
      const [lane, part] = [this.#lanes[this.#turn], this.#parts[this.#turn]];
      const told = lane?.batches.shift();
      if (told !== undefined && part !== undefined) {
        await this.#teller.take(part, told.batch);
        const { found, bases } = told.batch;
        send(told.seat, { kind: "taken", found: found.length + bases.length });
      } else if (lane?.isDone === true) {
        this.#turn += 1;
        this.#dispatch();
      } else break;
    }
    this.#isTelling = false;
    if (this.#turn >= this.#parts.length) this.#settle.finish();
  }
}

const send = ({ worker }: Seat, message: ToWorker): void => worker.postMessage(message);
