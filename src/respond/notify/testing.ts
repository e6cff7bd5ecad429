import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { alertDeps, alertRoutes, recordDetectionGroups } from "../../monitor/alert/index.ts";
import { groupOf, T0 } from "../../monitor/alert/testing.ts";
import {
  addPerson,
  type Cast,
  type Credentials,
  createCast,
  openTestHouse,
  type TestHouse,
} from "../../organization/testing.ts";
import { createAttemptLimiter } from "../../platform/http/index.ts";
import { createPoster } from "../../platform/outbound/index.ts";
import { createSealer } from "../../platform/secret/index.ts";
import { caseRoutes, openEvidenceFiles } from "../casework/index.ts";
import { crisisRoutes } from "../crisis/index.ts";
import { incidentDeps, incidentRoutes } from "../incident/index.ts";
import { createMailer, createNotifier, ensureDefaults, type Notifier, type NotifyDeps, notifyRoutes } from "./index.ts";

export type Received = { readonly headers: IncomingHttpHeaders; readonly body: string };
/** A receiver on loopback that answers as it is told. */
export type Receiver = {
  readonly url: string;
  readonly received: Received[];
  answer: (count: number) => { status: number; text?: string; headers?: Record<string, string> } | "hang";
  close(): Promise<void>;
};

export async function openReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      received.push({ headers: request.headers, body: Buffer.concat(parts).toString("utf8") });
      const answer = receiver.answer(received.length);
      if (answer === "hang") return;
      response.writeHead(answer.status, answer.headers);
      response.end(answer.text ?? "");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hook/T0SECRET`,
    received,
    answer: () => ({ status: 200, text: "ok" }),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}

export type MailBox = {
  readonly port: number;
  readonly mails: { readonly to: string; readonly raw: string }[];
  /** An SMTP answer to refuse the next mails with, such as 550. */
  refusal: number | undefined;
  close(): Promise<void>;
};

/** A real SMTP server on loopback. */
export async function openMailBox(): Promise<MailBox> {
  const mails: MailBox["mails"] = [];
  const box: { refusal: number | undefined } = { refusal: undefined };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["AUTH", "STARTTLS"],
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        if (box.refusal !== undefined) {
          const error: Error & { responseCode?: number } = new Error("not here");
          error.responseCode = box.refusal;
          return done(error);
        }
        const to = session.envelope.rcptTo.map(({ address }) => address).join(",");
        mails.push({ to, raw: Buffer.concat(parts).toString("utf8") });
        done();
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(box, {
    port,
    mails,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
export type NotifyHouse = {
  readonly house: TestHouse;
  readonly cast: Cast;
  readonly clock: { at: Date };
  readonly deps: NotifyDeps;
  readonly mail: MailBox;
  readonly analyst: { id: string; email: string; headers: Credentials };
  readonly colleague: { id: string; email: string; headers: Credentials };
  readonly notifier: Notifier;
  /** Another one on the same state, as after a restart. */
  restarted(change?: Partial<NotifyDeps["ways"]>): Notifier;
  call(method: Method, url: string, payload?: object, headers?: Credentials): Promise<{ status: number; body: never }>;
  /** An incident of a level, opened by the administrator without anybody being named. */
  incident(title: string, severity?: string, unitId?: string): Promise<{ id: string; number: number; version: number }>;
  pass(minutes: number): void;
  /** Decides and sends, once. */
  round(): Promise<void>;
  close(): Promise<void>;
};

/** A house with everything that tells: a clock that tests set, a real mail server, two analysts of one unit. */
export async function openNotifyHouse(): Promise<NotifyHouse> {
  const clock = { at: new Date("2026-11-27T01:30:00Z") };
  const mail = await openMailBox();
  const mailer = createMailer({
    host: "127.0.0.1",
    port: mail.port,
    security: "none",
    from: "yagura@example.co.jp",
    domain: "yagura.example",
  });
  const post = createPoster({ internalHosts: ["127.0.0.1"], timeoutMs: 2_000, maxAnswerBytes: 4_096 });
  const deps: NotifyDeps = {
    ...incidentDeps,
    sealer: createSealer("a key for tests that is long enough, 43 chars", "notification channels"),
    ways: { post, mailer, now: () => clock.at },
    internalHosts: ["127.0.0.1"],
    link: (path) => new URL(path, "https://yagura.example").href,
    tests: createAttemptLimiter({ maxAttempts: 1_000, windowMs: 60_000 }),
  };
  const cases = caseRoutes({ ...incidentDeps, files: openEvidenceFiles(join(tmpdir(), "yagura-no-evidence")) });
  const routes = [alertRoutes(alertDeps), incidentRoutes(), cases, crisisRoutes(), notifyRoutes(deps)];
  const house = await openTestHouse({ routes, now: () => clock.at });
  const cast = await createCast(house.organization, house.app);
  const person = (name: string) => {
    const grants = [{ role: "analyst" as const, unitId: cast.units.own }];
    return addPerson(house.organization, house.app, { name, unitId: cast.units.own, grants });
  };
  const [analyst, colleague] = [await person("analyst-a"), await person("analyst-b")];
  await ensureDefaults(await house.organization.contexts.system("test"), cast.units.root);
  const restarted: NotifyHouse["restarted"] = (change = {}) =>
    createNotifier({
      ...deps,
      ways: { ...deps.ways, ...change },
      state: house.state,
      tree: house.organization.tree,
      random: () => 0,
    });
  const notifier = restarted();
  const call: NotifyHouse["call"] = async (method, url, payload, headers = cast.admin) => {
    const answer = await house.app.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) });
    return { status: answer.statusCode, body: answer.json() as never };
  };
  let serial = 0;
  return {
    house,
    cast,
    clock,
    deps,
    mail,
    analyst,
    colleague,
    notifier,
    restarted,
    call,
    async incident(title, severity = "high", unitId = cast.units.own) {
      serial += 1;
      const host = `notify-host-${serial}`;
      await house.state.transaction((tx) => recordDetectionGroups(tx, [groupOf({ unitId, host })], new Date(T0)));
      const { rows } = await house.state.db.execute<{ id: string }>(`SELECT id FROM alert WHERE entity = '${host}'`);
      const payload = { title, severity, ownerId: null, unitId, alertIds: [rows[0]?.id ?? ""] };
      const { status, body } = await call("POST", "/api/v1/incidents", payload);
      if (status >= 300) throw new Error(JSON.stringify(body));
      return body;
    },
    pass: (minutes) => {
      clock.at = new Date(clock.at.getTime() + minutes * 60_000);
    },
    round: async () => {
      await notifier.plan();
      await notifier.send();
    },
    close: async () => {
      mailer.close();
      await house.close();
      await mail.close();
    },
  };
}
