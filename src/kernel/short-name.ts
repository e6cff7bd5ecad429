const MAX_ARGUMENTS = 60;
const MAX_CHARS = 96;

/**
 * A value as people say it: a path by its last name, a command line by its program, a browser by its own name instead of
 * its whole pedigree. What is still long is cut in the middle, because both ends tell something.
 */
export function shortName(value: string): string {
  const name = value.startsWith("Mozilla/") ? browserName(value) : programName(value);
  return name.length > MAX_CHARS ? `${name.slice(0, 60)}…${name.slice(-24)}` : name;
}

/** Most browsers claim to be several; the most particular claim is the true one. */
function browserName(agent: string): string {
  const claim =
    /\b(\w*(?:bot|spider|crawler)\w*)\/?(\d*)/i.exec(agent) ??
    /\b(Edg|OPR|Firefox)\/(\d+)/.exec(agent) ??
    /\b(Chrome)\/(\d+)/.exec(agent) ??
    /\b(Safari)\/(\d+)/.exec(agent);
  if (!claim) return agent;
  const name = { Edg: "Edge", OPR: "Opera" }[claim[1] ?? ""] ?? claim[1];
  return `${name} ${claim[2]}`.trim();
}

function programName(value: string): string {
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
