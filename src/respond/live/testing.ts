import { setTimeout as sleep } from "node:timers/promises";
import type { Credentials } from "../../organization/testing.ts";

/** One message of a stream as it came. */
export type Message = { readonly id: string; readonly event: string; readonly data: Record<string, unknown> };
export type Heard = {
  readonly status: number;
  readonly messages: readonly Message[];
  /** The first message that fits, waited for. */
  until(fits: (message: Message) => boolean): Promise<Message>;
  /** Resolves when the server has closed the stream. */
  readonly ended: Promise<void>;
  leave(): void;
};

type Asking = { readonly headers: Credentials; readonly last?: string };

/** Opens the stream as a browser does. */
export async function hear(origin: string, { headers, last }: Asking): Promise<Heard> {
  const browser = new AbortController();
  const answer = await fetch(`${origin}/api/v1/live`, {
    headers: { ...headers, ...(last !== undefined && { "last-event-id": last }) },
    signal: browser.signal,
  });
  const messages: Message[] = [];
  const read = async (): Promise<void> => {
    let text = "";
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk;
      const parts = text.split("\n\n");
      text = parts.pop() ?? "";
      for (const part of parts) messages.push(...messageIn(part));
    }
  };
  const ended = answer.status === 200 ? read().catch(() => undefined) : Promise.resolve();
  return {
    status: answer.status,
    messages,
    async until(fits) {
      for (;;) {
        const found = messages.find(fits);
        if (found) return found;
        await sleep(10);
      }
    },
    ended,
    leave: () => browser.abort(),
  };
}

function messageIn(part: string): Message[] {
  const fields = new Map(
    part.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]),
  );
  const event = fields.get("event");
  if (event === undefined) return [];
  return [{ id: fields.get("id") ?? "", event, data: JSON.parse(fields.get("data") ?? "{}") }];
}
