import { AppError } from "../../kernel/errors.ts";
import type { ReportDocument } from "./document.ts";
import { Drawer, type DrawerSettings, type DrawingTask } from "./drawer.ts";

export type Press = {
  draw(report: ReportDocument, madeAt: Date): Promise<Buffer>;
  close(): Promise<void>;
};
export type PressSettings = DrawerSettings & {
  /** Reports that are drawn at a time. */
  readonly threads: number;
  /** Reports that wait behind them; whoever comes then hears that it is busy. */
  readonly maxWaiting: number;
};

const SETTINGS: PressSettings = { threads: 2, maxWaiting: 8, limitMs: 60_000, idleMs: 30_000 };

/** Draws on threads of its own, so that no request waits while a report becomes pages. Errors: those of `toPdf`. */
export function createPress(settings: PressSettings = SETTINGS): Press {
  const drawers = new Set<Drawer>();
  const waiting: DrawingTask[] = [];
  const feed = (): void => {
    while (waiting.length > 0) {
      const free = [...drawers].find(({ isFree }) => isFree);
      if (!free && drawers.size >= settings.threads) return;
      const task = waiting.shift();
      if (task) (free ?? start()).give(task);
    }
  };
  const start = (): Drawer => {
    const onGone = (): void => {
      drawers.delete(drawer);
      feed();
    };
    const drawer: Drawer = new Drawer({ onIdle: feed, onGone }, settings);
    drawers.add(drawer);
    return drawer;
  };
  return {
    draw: (report, madeAt) =>
      new Promise<Buffer>((done, failed) => {
        if (waiting.length >= settings.maxWaiting)
          return failed(new AppError("over_limit", "Other PDFs are being drawn. Try again in a moment."));
        waiting.push({ order: { report, madeAt }, done, failed });
        feed();
      }),
    close: async () => {
      for (const { failed } of waiting.splice(0)) failed(new AppError("unavailable", "Yagura is being stopped."));
      await Promise.all([...drawers].map((drawer) => drawer.end()));
    },
  };
}

let press: Press | undefined;

/**
 * The report as A4 pages, drawn by the one press of the process: the bound on threads is everybody's together.
 * Errors: `over_limit` when many wait or it takes longer than a minute; `too_large` when it takes too much memory.
 */
export async function toPdf(report: ReportDocument, madeAt: Date): Promise<Buffer> {
  press ??= createPress();
  return await press.draw(report, madeAt);
}
