import { existsSync, readdirSync, readFileSync } from "node:fs";

export type Usage = {
  readonly cpuSeconds: number;
  readonly rssMegabytes: number;
  readonly rssPeakMegabytes: number;
  readonly threads: ReadonlyMap<string, number>;
};

/** Linux: processor time, by thread name too, and memory of one process alone. */
export function usage(pid: number): Usage {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (name: string) =>
    Math.round(Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? Number.NaN) / 1024);
  const threads = new Map<string, number>();
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const { name, cpuSeconds } = threadUsage(`/proc/${pid}/task/${id}/stat`);
    threads.set(name, (threads.get(name) ?? 0) + cpuSeconds);
  }
  return {
    cpuSeconds: threadUsage(`/proc/${pid}/stat`).cpuSeconds,
    rssMegabytes: megabytes("VmRSS"),
    rssPeakMegabytes: megabytes("VmHWM"),
    threads,
  };
}

/** A thread that has just ended counts as nothing. */
function threadUsage(path: string): { name: string; cpuSeconds: number } {
  const stat = existsSync(path) ? readFileSync(path, "utf8") : "(gone) ";
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
  return { name, cpuSeconds: (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100 };
}
