import type { Writable } from "node:stream";
import { Presets, SingleBar } from "cli-progress";

/** What a person sees while files are sent. */
export type Progress = {
  read(bytes: number): void;
  accepted(events: number): void;
  note(text: string): void;
  stop(): void;
};

export type Screen = Writable & { readonly isTTY?: boolean };

/** A bar on a terminal; nothing but notes elsewhere, so that logs of scheduled imports stay short. */
export function openProgress(screen: Screen, totalBytes: number): Progress {
  const plain: Progress = {
    read: () => {},
    accepted: () => {},
    note: (text) => screen.write(`${text}\n`),
    stop: () => {},
  };
  return screen.isTTY === true ? openBar(screen, totalBytes) : plain;
}

function openBar(screen: Screen, totalBytes: number): Progress {
  const startedAtMs = performance.now();
  let bytes = 0;
  let events = 0;
  let note = "";
  const bar = new SingleBar(
    {
      stream: screen,
      format: " {bar} {percentage}% | {done} of {all} | {events} events | {rate}/s | {eta_formatted} left {note}",
      hideCursor: true,
      etaBuffer: 50,
      fps: 5,
    },
    Presets.shades_classic,
  );
  const figures = () => ({
    done: sizeText(bytes),
    all: totalBytes > 0 ? sizeText(totalBytes) : "?",
    events: events.toLocaleString("en"),
    rate: Math.round(events / Math.max(0.001, (performance.now() - startedAtMs) / 1000)).toLocaleString("en"),
    note,
  });
  bar.start(Math.max(1, totalBytes), 0, figures());
  return {
    read(more) {
      bytes += more;
      bar.update(Math.min(bytes, Math.max(1, totalBytes)), figures());
    },
    accepted(more) {
      events += more;
      note = "";
      bar.update(figures());
    },
    note(text) {
      note = `| ${text.slice(0, 80)}`;
      bar.update(figures());
    },
    stop: () => bar.stop(),
  };
}

/** Bytes as people read them: `1.5 MiB`. */
export function sizeText(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  let size = bytes;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
