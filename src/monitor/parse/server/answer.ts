import { toIp, toPort } from "../address.ts";
import type { Action, Outcome } from "../contract.ts";
import { act, addField, bounded, classify, type Reading } from "../reading.ts";

/** What a server's line says, as its reader found it; "" and 0 for what it does not say. */
export type Told = {
  readonly dataset: string;
  /** Sigma's log source; product `linux` and the dataset's first word as service unless said otherwise. */
  readonly product?: string;
  readonly category?: string;
  readonly service?: string;
  readonly action: Action | "";
  readonly outcome: Outcome | "";
  readonly user?: string;
  /** The far end: an address, or a name when no address is known. */
  readonly ip?: string;
  readonly port?: string | number;
  readonly name?: string;
  readonly withWhat: string;
  readonly what?: string;
  /** Own fields; empty values are left out. */
  readonly fields?: Readonly<Record<string, string | number>>;
};

/** Writes columns, answers and fields (user, src_ip, src_port and the reader's own) of one line. Always true. */
export function tell(event: Reading, told: Told): true {
  const { hot } = event;
  const service = told.service ?? told.dataset.split(".")[0] ?? "";
  classify(hot, told.dataset, { product: told.product ?? "linux", category: told.category ?? "", service });
  act(hot, told.action, told.outcome);
  const user = bounded(told.user ?? "");
  if (user !== "") hot.user_name = user;
  const ip = toIp(told.ip);
  if (ip !== "") hot.source_ip = ip;
  const port = toPort(told.port);
  if (port !== 0) hot.source_port = port;
  if (told.name !== undefined && told.name !== "unknown") hot.source_domain = bounded(told.name);
  for (const name in told.fields) {
    const value = told.fields[name];
    if (value !== undefined) addField(event, name, value);
  }
  addField(event, "user", user);
  addField(event, "src_ip", ip);
  if (port !== 0) addField(event, "src_port", port);
  hot.who = hot.user_name;
  hot.where_from = hot.source_ip || hot.source_domain || hot.host_name || hot.host_ip;
  hot.with_what = bounded(told.withWhat);
  hot.what = bounded(told.what || hot.message);
  return true;
}

/** A reader of one program's messages. False, and nothing written, when the message is not what it knows. */
export type ServerReader = (event: Reading, message: string, context: ServerContext) => boolean;
export type ServerContext = { readonly program: string; readonly zone: string };
