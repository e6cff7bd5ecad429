const MAX_ARGUMENTS = 60;

/** A path or a command line as people say it: the program's or file's name, then its arguments. */
export function shortName(value: string): string {
  const [, quoted, rest] = /^"([^"]+)"\s*(.*)$/s.exec(value) ?? [];
  if (quoted !== undefined) return withArguments(lastPart(quoted), rest ?? "");
  const [, program, args] = /^((?:[A-Za-z]:|\\\\|%)[^\s"]*\.\w{2,4})\s+(.+)$/s.exec(value) ?? [];
  if (program !== undefined) return withArguments(lastPart(program), args ?? "");
  return /^([A-Za-z]:\\|\\\\|\/|%)/.test(value) && !/\s-/.test(value) ? lastPart(value) : value;
}

function lastPart(path: string): string {
  const last = path.split(/[\\/]/).findLast((part) => part !== "");
  return last === undefined || last.length > 80 ? path : last;
}

const withArguments = (name: string, args: string): string =>
  args === "" ? name : `${name} ${args.length > MAX_ARGUMENTS ? `${args.slice(0, MAX_ARGUMENTS)}…` : args}`;
