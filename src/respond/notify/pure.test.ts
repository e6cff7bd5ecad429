import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { MAX_ATTEMPTS, pauseMs } from "./backoff.ts";
import { bundle, MAX_SENDS } from "./bundle.ts";
import { mattermostBody, slackBody, teamsBody } from "./channel/chat.ts";
import { forHtml, forMarkdown, forSlack, harmless } from "./channel/harmless.ts";
import { mailOf } from "./channel/mail.ts";
import type { Told } from "./channel/told.ts";
import { isQuiet, nextTimeOfDay } from "./timing.ts";

const MINUTE = 60_000;

describe("The next time of day", () => {
  it("is the first after the moment, whatever the zone does with its clocks", () => {
    const zones = fc.constantFrom(
      "Asia/Tokyo",
      "UTC",
      "Europe/Brussels",
      "America/New_York",
      "Australia/Lord_Howe",
      "Asia/Kathmandu",
    );
    const times = fc
      .tuple(fc.nat(23), fc.nat(59))
      .map(([h, m]) => `${String(h).padStart(2, "0")}:${String(m).padStart(2, "0")}`);
    fc.assert(
      fc.property(zones, times, fc.integer({ min: 1.7e12, max: 1.9e12 }), (zone, time, after) => {
        const at = nextTimeOfDay(time, zone, after);
        expect(at).toBeGreaterThan(after);
        expect(at - after).toBeLessThanOrEqual(25 * 60 * MINUTE);
        const shown = new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(
          at,
        );
        // On the day that clocks skip it, it is read after the gap.
        const isSkipped = nextTimeOfDay(time, zone, at) - at !== 24 * 60 * MINUTE;
        if (!isSkipped) expect(shown).toBe(time);
      }),
    );
  });

  test.each([
    ["22:00", "07:00", "2026-11-27T13:00:00Z", true],
    ["22:00", "07:00", "2026-11-27T21:59:00Z", true],
    ["22:00", "07:00", "2026-11-27T22:00:00Z", false],
    ["12:00", "13:00", "2026-11-27T03:30:00Z", true],
    ["12:00", "13:00", "2026-11-27T04:00:00Z", false],
    ["09:00", "09:00", "2026-11-27T04:00:00Z", true],
  ])("from %s to %s in Japan holds %s quiet: %s", (from, to, at, expected) => {
    expect(isQuiet({ from, to }, "Asia/Tokyo", Date.parse(at))).toBe(expected);
  });
});

describe("Bundling", () => {
  it("drops nothing, doubles nothing, and never sends more than a recipient can bear", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(), { maxLength: 60 }), fc.nat(MAX_SENDS + 5), (owed, recent) => {
        const groups = bundle(owed, recent);
        expect(groups.length).toBeLessThanOrEqual(Math.max(0, MAX_SENDS - recent));
        if (groups.length > 0) expect(groups.flat()).toEqual(owed);
        else expect(owed.length === 0 || recent >= MAX_SENDS).toBe(true);
      }),
    );
  });
});

describe("Pauses between attempts", () => {
  it("double, vary, obey what the receiver asks, and stay within half a day", () => {
    const pauses = Array.from({ length: MAX_ATTEMPTS }, (_, i) => pauseMs(i + 1, 0));
    expect(pauses.slice(0, 4)).toEqual([5_000, 10_000, 20_000, 40_000]);
    expect(pauseMs(1, 0.99)).toBeGreaterThan(7_000);
    expect(pauseMs(1, 0, 60_000)).toBe(60_000);
    expect(Math.max(...pauses, pauseMs(99, 1, 1e12))).toBeLessThanOrEqual(9 * 3_600_000);
  });
});

const HOSTILE =
  "<!channel> <@U1> @here @all [x](https://evil.example) *b* <https://evil.example|ok> \u202Eabc\r\nBcc: x@evil.example\u001b[31m #top ~town :fire:";
const told = (title: string): Told => ({
  id: "send_1",
  locale: "ja",
  matters: [
    {
      position: 1,
      at: new Date(0),
      kind: "incident-opened",
      subject: "incident:1",
      step: "opened",
      unitId: "u",
      severity: 4,
      people: [],
      actorId: null,
      facts: { number: 7, severity: "high", title },
    },
  ],
  total: 1,
  link: (path) => `https://yagura.example${path}`,
});

describe("What logs and people wrote", () => {
  it("calls nobody and links to nothing, in any format", () => {
    expect(harmless("https://evil.example a@b.co 10.0.0.1")).toBe("https[:]//evil[.]example a＠b[.]co 10.0.0.1");
    const slack = slackBody(told(HOSTILE));
    expect(slack).not.toMatch(/<!channel>|<@U1>|<https:..evil/);
    expect(forSlack("<!channel>")).toBe("&lt;!channel&gt;");
    for (const body of [slack, teamsBody(told(HOSTILE)), mattermostBody(told(HOSTILE))]) {
      expect(body).not.toContain("@here");
      expect(body).not.toContain("evil.example");
      expect(body).not.toContain("\u202E");
      expect(body).not.toContain("\\u001b");
    }
    const shown = JSON.parse(mattermostBody(told(HOSTILE))).attachments[0].text as string;
    const links = [...shown.matchAll(/(?<!\\)\]\((\S+?)\)/g)].map(([, url]) => url);
    expect(links).toEqual(["https://yagura.example/incidents/INC-7"]);
    expect(forMarkdown("[x](y) *b* `c` # d")).toBe("\\[x\\]\\(y\\) \\*b\\* \\`c\\` \\# d");
  });

  it("stays text in a mail, and no header comes of it", () => {
    const { subject, html, text } = mailOf(told(`${HOSTILE}<script>alert(1)</script>`), "yagura.example");
    expect(subject).not.toMatch(/[\r\n]/);
    expect(html).not.toContain("<script>");
    expect(html.match(/href="[^"]*"/g)).toEqual(['href="https://yagura.example/incidents/INC-7"']);
    expect(text).not.toContain("evil.example");
    expect(forHtml(`<a href="x">&`)).toBe("&lt;a href=&quot;x&quot;&gt;&amp;");
  });

  it("never breaks the JSON of a chat, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (title) => {
        for (const body of [slackBody, teamsBody, mattermostBody])
          expect(() => JSON.parse(body(told(title)))).not.toThrow();
        expect(slackBody(told(title))).not.toMatch(/<[!@#]/);
      }),
    );
  });
});
