import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { answeredQuestions } from "../../event/index.ts";
import { APPLICATION_SAMPLES } from "../application/application.samples.ts";
import { answersOf, parseLine } from "../testing.ts";
import { ACCESS_SAMPLES } from "./access.samples.ts";
import { AUDITD_SAMPLES } from "./auditd.samples.ts";
import { MAIL_SAMPLES } from "./mail.samples.ts";
import { NAMES_SAMPLES } from "./names.samples.ts";
import { WEB_SAMPLES } from "./web.samples.ts";

const ALL: readonly (readonly [string, readonly string[]])[] = [
  ["mail", MAIL_SAMPLES],
  ["auditd", AUDITD_SAMPLES],
  ["web", WEB_SAMPLES],
  ["names", NAMES_SAMPLES],
  ["access", ACCESS_SAMPLES],
  ["applications", APPLICATION_SAMPLES],
];

describe("Servers' logs", () => {
  test.each(ALL)("%s: every sample is understood and answers five of the six questions", (_, samples) => {
    const weak = samples
      .map((sample) => ({ sample, event: parseLine(sample) }))
      .filter(({ event }) => event.problem !== "" || event.hot.dataset === "syslog" || answeredQuestions(event) < 5)
      .map(({ sample, event }) => ({
        sample,
        dataset: event.hot.dataset,
        problem: event.problem,
        ...answersOf(event),
      }));
    expect(weak).toEqual([]);
  });

  it("never throw, whatever is cut out of or put into a line", () => {
    const samples = ALL.flatMap(([, some]) => some);
    fc.assert(
      fc.property(
        fc.constantFrom(...samples),
        fc.nat(400),
        fc.nat(40),
        fc.string({ maxLength: 12 }),
        (sample, at, cut, text) => {
          const { hot } = parseLine(`${sample.slice(0, at)}${text}${sample.slice(at + cut)}`);
          expect(hot.did_what).toBe(hot.event_action);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
