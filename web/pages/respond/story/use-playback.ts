import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";

export const SPEEDS = ["0.5", "1", "2", "4"] as const;
export type Speed = (typeof SPEEDS)[number];
const STEP_MS = 900;

export type Playback = {
  /** How many edges have happened; 0 = nothing yet. */
  readonly at: number;
  readonly all: number;
  readonly isPlaying: boolean;
  readonly speed: Speed;
  readonly node: string | undefined;
  go(at: number): void;
  toggle(): void;
  changeSpeed(speed: Speed): void;
  choose(node: string | undefined): void;
};

/** Where the play stands. What can be shared or come back to lives in the address; while it plays, only here. */
export function usePlayback(all: number): Playback {
  const search = useSearch({ from: "/frame/incidents/$id/graph" });
  const navigate = useNavigate({ from: "/incidents/$id/graph" });
  const [playingAt, setPlayingAt] = useState<number>();
  const speed = SPEEDS.find((one) => one === search.speed) ?? "1";
  const stored = search.at === undefined ? all : clamp(Number.parseInt(search.at, 10), all);
  const at = playingAt ?? stored;
  const isPlaying = playingAt !== undefined;
  const keep = (next: number) => {
    setPlayingAt(undefined);
    void navigate({ search: (now) => ({ ...now, at: next === all ? undefined : String(next) }), replace: true });
  };

  useEffect(() => {
    if (!isPlaying) return;
    const timer = setTimeout(() => (at < all ? setPlayingAt(at + 1) : keep(at)), STEP_MS / Number(speed));
    return () => clearTimeout(timer);
  });

  return {
    at,
    all,
    isPlaying,
    speed,
    node: search.node,
    go: (next) => keep(clamp(next, all)),
    toggle: () => (isPlaying ? keep(at) : setPlayingAt(at >= all ? 0 : at)),
    changeSpeed: (next) =>
      void navigate({ search: (now) => ({ ...now, speed: next === "1" ? undefined : next }), replace: true }),
    choose: (node) => void navigate({ search: (now) => ({ ...now, node }), replace: true }),
  };
}

const clamp = (at: number, all: number): number => (Number.isNaN(at) ? all : Math.min(all, Math.max(0, at)));
