/** A sender whose connection did not come about or was ended by Yagura. The reasons are those of `yagura_listener_ended_total`. */
export type TurnedAway = {
  /** Address without a port. */
  readonly peer: string;
  readonly reason: "no_place" | "not_allowed" | "handshake_failed" | "protocol_error";
  /** Why, in our words or as a code of TLS. */
  readonly detail?: string;
};
export type TellTurnedAway = (event: TurnedAway) => void;

export type TurnedAwayLog = {
  /** For one listener, by its name in the settings. */
  of(listener: string): TellTurnedAway;
  /** Tells what was left out so far, and of nothing more. */
  close(): void;
};

type Options = {
  readonly warn: (facts: Readonly<Record<string, unknown>>, message: string) => void;
  /** Lines a window, of all listeners and peers together. */
  readonly maxLines?: number;
  readonly windowMs?: number;
};

const MAX_LINES = 60;
const WINDOW_MS = 60_000;
const MAX_DETAIL_CHARS = 200;

/**
 * Senders that are turned away, for the log. Anybody can knock as often as they like: a listener tells of a peer once a
 * window, all together tell `maxLines` a window, and the window's end tells how many were left out.
 */
export function createTurnedAwayLog({ warn, maxLines = MAX_LINES, windowMs = WINDOW_MS }: Options): TurnedAwayLog {
  const told = new Set<string>();
  let leftOut = 0;
  let timer: NodeJS.Timeout | undefined;
  const endWindow = (): void => {
    clearTimeout(timer);
    timer = undefined;
    told.clear();
    if (leftOut > 0) warn({ leftOut }, "more senders were turned away than the log was told of");
    leftOut = 0;
  };
  return {
    of: (listener) => (event) => {
      timer ??= setTimeout(endWindow, windowMs).unref();
      const key = `${listener} ${event.peer}`;
      if (told.has(key) || told.size >= maxLines) {
        leftOut += 1;
        return;
      }
      told.add(key);
      const { peer, reason, detail } = event;
      warn({ listener, peer, reason, ...(detail !== undefined && { detail: printable(detail) }) }, MESSAGES[reason]);
    },
    close: endWindow,
  };
}

const MESSAGES: Readonly<Record<TurnedAway["reason"], string>> = {
  no_place: "a sender was turned away: all places were taken",
  not_allowed: "a sender was turned away: it is not allowed",
  handshake_failed: "a sender was turned away: TLS did not come about",
  protocol_error: "a sender broke its protocol and was let go",
};

/** Some of it may quote the sender: no line breaks or terminal codes, and no end of it. */
const printable = (text: string): string => text.slice(0, MAX_DETAIL_CHARS).replace(/[^\x20-\x7e]+/g, "?");
