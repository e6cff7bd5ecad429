import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterEach, describe, expect, test } from "vitest";
import { createMailer, failed, type Mailed } from "./mail.ts";

let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

const refusal = (responseCode: number, text = "no") => Object.assign(new Error(text), { responseCode });

/** What becomes of a mail to a server of these ways. */
async function mailThrough(options: SMTPServerOptions, login?: { user: string; password: string }): Promise<Mailed> {
  const server = new SMTPServer({ disabledCommands: ["STARTTLS"], allowInsecureAuth: true, ...options });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  close = () => new Promise((resolve) => server.close(() => resolve()));
  const { port } = server.server.address() as AddressInfo;
  const settings = { host: "127.0.0.1", port, security: "none", from: "y@example.co.jp", domain: "y.example" } as const;
  const mailer = createMailer({ ...settings, login });
  try {
    return await mailer.send("somebody@example.co.jp", "test", "en");
  } finally {
    mailer.close();
  }
}

const open = { authOptional: true };
const LOGIN = { user: "yagura", password: "wrong" };

describe("A refusal of the mail server", () => {
  test.each<[string, SMTPServerOptions, typeof LOGIN | undefined, boolean]>([
    ["of the login", { onAuth: (_auth, _session, done) => done(refusal(535)) }, LOGIN, false],
    ["of whoever does not log in", { authOptional: false }, undefined, false],
    ["of the sender", { ...open, onMailFrom: (_from, _session, done) => done(refusal(550)) }, undefined, false],
    [
      "to relay",
      { ...open, onRcptTo: (_to, _session, done) => done(refusal(550, "5.7.1 Relaying denied")) },
      undefined,
      false,
    ],
    [
      "of the recipient",
      { ...open, onRcptTo: (_to, _session, done) => done(refusal(550, "5.1.1 No such user")) },
      undefined,
      true,
    ],
    ["of the recipient for now", { ...open, onRcptTo: (_to, _session, done) => done(refusal(450)) }, undefined, false],
    [
      "of the text",
      {
        ...open,
        onData: (stream, _session, done) => {
          stream.resume();
          stream.on("end", () => done(refusal(554)));
        },
      },
      undefined,
      true,
    ],
  ])("%s: given up at once or tried again", async (_, options, login, isFinal) => {
    expect(await mailThrough(options, login)).toMatchObject({ isOk: false, isFinal });
  });

  test.each([
    [{ message: "connection timeout", code: "ETIMEDOUT" }, false],
    [{ message: "530 log in first", command: "RCPT TO", responseCode: 530 }, false],
    ["a text", false],
  ])("that is none, %j, passes", (error, isFinal) => {
    expect(failed(error)).toMatchObject({ isOk: false, isFinal });
  });
});
