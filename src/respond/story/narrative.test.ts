import { describe, expect, it, test } from "vitest";
import { hostFor, personOf } from "../../monitor/simulate/company.ts";
import type { Stage } from "../../monitor/simulate/event.ts";
import { ATTACKER, admin, fileServer, victim } from "../../monitor/simulate/story/cast.ts";
import type { IncidentAlert, Question } from "../incident/contract.ts";
import { factsOf } from "../incident/facts.ts";
import { DEFAULT_MAPPING } from "../killchain/index.ts";
import type { Language, Sentence, Told } from "./contract.ts";
import { tell } from "./narrative.ts";
import { occurrencesOf } from "./occurrence.ts";
import { type Planted, plantedIncident } from "./testing.ts";
import { VERBS } from "./words/verbs.ts";

const START_MS = Date.UTC(2026, 10, 16);
const BEGINS: Readonly<Record<Stage, number>> = {
  "ssh-brute-force": 0,
  "web-scan": 0.08,
  phishing: 0.2,
  execution: 0.21,
  "command-and-control": 0.22,
  "credential-dump": 0.4,
  discovery: 0.46,
  "lateral-movement": 0.55,
  persistence: 0.65,
  collection: 0.75,
  exfiltration: 0.85,
  "cover-up": 0.97,
};

type Plan = { readonly [Q in Exclude<Question, "when">]: string };
const workstation = `${victim().workstation}.ad.minato-seiki.example`;
const server = `${fileServer().name}.ad.minato-seiki.example`;

/** What the simulator's plan says of each stage: who, from where, with what, on what, and what was done. "" = the plan's own logs cannot tell. */
const PLAN: Readonly<Record<Stage, Plan>> = {
  "ssh-brute-force": {
    who: "root",
    whereFrom: ATTACKER.scannerIp,
    withWhat: "ssh password",
    what: hostFor("supplier", "linux").name,
    didWhat: "logon-failed",
  },
  "web-scan": {
    who: "",
    whereFrom: ATTACKER.scannerIp,
    withWhat: "sqlmap/1.8.11#stable (https://sqlmap.org)",
    what: "/products/list?id=1%27%20UNION%20SELECT",
    didWhat: "http-request",
  },
  phishing: {
    who: victim().account,
    whereFrom: victim().ip,
    withWhat: "Edge 131",
    what: `http://${ATTACKER.lureSite}/2026/11/seikyusho_20261123.xlsm`,
    didWhat: "http-request",
  },
  execution: {
    who: `MINATO\\${victim().account}`,
    whereFrom: workstation,
    withWhat: "EXCEL.EXE",
    what: "powershell.exe -NoP -W Hidden -Enc",
    didWhat: "process-started",
  },
  "command-and-control": {
    who: victim().account,
    whereFrom: victim().ip,
    withWhat: "Chrome 131",
    what: "telemetry-sync-sample.xyz",
    didWhat: "http-request",
  },
  "credential-dump": {
    who: "NT AUTHORITY\\SYSTEM",
    whereFrom: workstation,
    withWhat: "cmd.exe",
    what: "comsvcs.dll, MiniDump 712",
    didWhat: "process-started",
  },
  discovery: {
    who: `MINATO\\${victim().account}`,
    whereFrom: workstation,
    withWhat: "cmd.exe",
    what: 'net group "Domain Admins" /domain',
    didWhat: "process-started",
  },
  "lateral-movement": {
    who: "MINATO\\Administrator",
    whereFrom: victim().ip,
    withWhat: "NTLM",
    what: server,
    didWhat: "logon-failed",
  },
  persistence: {
    who: `MINATO\\${admin().account}`,
    whereFrom: server,
    withWhat: "cmd.exe",
    what: "schtasks /create /tn",
    didWhat: "process-started",
  },
  collection: {
    who: `MINATO\\${admin().account}`,
    whereFrom: server,
    withWhat: "cmd.exe",
    what: "D:\\share\\図面",
    didWhat: "process-started",
  },
  exfiltration: {
    who: "",
    whereFrom: fileServer().ip,
    withWhat: "curl/8.9.1",
    what: `${ATTACKER.storageSite}:443`,
    didWhat: "http-request",
  },
  "cover-up": {
    who: `MINATO\\${admin().account}`,
    whereFrom: server,
    withWhat: "",
    what: "Security",
    didWhat: "log-cleared",
  },
};
const STAGES = Object.keys(PLAN) as Stage[];
const LANGUAGES = ["ja", "en"] as const;

function toldOf({ alerts, detections, events }: Planted, language: Language): Told {
  const facts = factsOf(alerts);
  const incident = {
    id: "incident_1",
    number: 1,
    title: "t",
    titleJa: null,
    severity: "high",
    status: "open",
    alerts,
    facts,
  } as const;
  const told = tell({
    incident,
    occurrences: occurrencesOf(alerts, detections, events),
    mapping: DEFAULT_MAPPING,
    language,
  });
  return { ...told, basis: { events: detections.length, isCut: false, from: "events", hiddenAlerts: 0 } };
}
const textOf = ({ parts }: Sentence): string => parts.map(({ text }) => text).join("");
const sentencesOf = (told: Told): string[] => told.chapters.flatMap(({ sentences }) => sentences.map(textOf));

describe("Twelve planted incidents, each of another seed, told by our own parsers and rules", () => {
  const planted = new Map(
    STAGES.map((stage, i) => [stage, plantedIncident(`told ${i}`, START_MS + i * 86_400_000, [stage])]),
  );

  describe.each(LANGUAGES)("in %s", (language) => {
    test.each(STAGES.map((stage, i) => [stage, i] as const))(
      "%s names the right six answers in one sentence",
      (stage, i) => {
        const incident = planted.get(stage);
        if (!incident) throw new Error("not planted");
        const told = toldOf(incident, language);
        const { didWhat, ...answers } = PLAN[stage];
        const verb = VERBS[didWhat]?.[language] ?? "";
        const wanted = [...Object.values(answers), verb].filter((answer) => answer !== "");
        const sentence = sentencesOf(told).find((text) => wanted.every((answer) => text.includes(answer)));
        expect(sentence, sentencesOf(told).join("\n")).toBeDefined();
        const firstMs = Date.parse(told.answers[0]?.values[0]?.value ?? "");
        const plannedMs = START_MS + i * 86_400_000 + BEGINS[stage] * 8 * 3_600_000;
        expect(Math.abs(firstMs - plannedMs)).toBeLessThan(15 * 60_000);
        expect(told.known.length + told.unknown.length).toBe(6);
        for (const [question, answer] of Object.entries(answers))
          if (answer !== "") expect(told.known).toContain(question);
      },
    );

    test.each(STAGES)("%s has three sentences on top, none empty, and no piece of a template left", (stage) => {
      const incident = planted.get(stage);
      if (!incident) throw new Error("not planted");
      const told = toldOf(incident, language);
      expect(told.summary.map(textOf)).toHaveLength(3);
      for (const text of [...told.summary.map(textOf), ...sentencesOf(told), textOf(told.next)]) {
        expect(text).toMatch(language === "ja" ? /。$/ : /\.$/);
        expect(text).not.toMatch(/undefined|\[object|\{\{/);
      }
    });
  });

  it("leaves out nobody: a person of the plan is named, whatever the company calls them", () => {
    expect(personOf("s.kato").account).toBe(victim().account);
    const told = toldOf(plantedIncident("whole", START_MS), "ja");
    const who = told.answers.find(({ question }) => question === "who")?.values.map(({ value }) => value);
    expect(who).toEqual(expect.arrayContaining(["MINATO\\s.kato", "MINATO\\y.yamamoto"]));
    expect(told.known).toHaveLength(6);
    expect(told.steps.map(({ step }) => step)).toEqual([
      "reconnaissance",
      "delivery",
      "exploitation",
      "installation",
      "command-and-control",
      "actions",
    ]);
  });
});

describe("What is not known", () => {
  const [alert] = plantedIncident("gap", START_MS, ["credential-dump"]).alerts;
  const of = (six: Partial<IncidentAlert["sample"]["six"]>, language: Language = "ja"): Told => {
    if (!alert) throw new Error("not planted");
    const empty = { who: "", whereFrom: "", withWhat: "", what: "", didWhat: "" };
    const alerts = [{ ...alert, sample: { ...alert.sample, six: { ...empty, ...six } } }];
    return toldOf({ alerts, detections: [], events: [] }, language);
  };

  it("becomes a gap per question with the logs that would tell, and searches of what is collected", () => {
    const { gaps, unknown } = of({ didWhat: "process-started", what: "x" });
    expect(unknown).toEqual(["who", "whereFrom", "withWhat"]);
    expect(gaps.map(({ id }) => id)).toEqual(
      expect.arrayContaining(["question:who", "question:whereFrom", "question:withWhat", "step:delivery"]),
    );
    const who = gaps.find(({ id }) => id === "question:who");
    expect(who?.text).toBe("「誰が」に答える記録がまだありません。");
    expect(who?.lookIn[0]).toEqual({ text: expect.stringContaining("認証ログ"), q: "did_what:logged-on" });
  });

  it("is told on top with where to look first", () => {
    expect(textOf(of({ who: "taro" }, "en").summary[2] ?? { parts: [], alertIds: [] })).toContain(
      "look at firewall logs",
    );
  });

  it("of an incident without an alert to see is everything, and nothing is made up", () => {
    const told = toldOf({ alerts: [], detections: [], events: [] }, "ja");
    expect(told).toMatchObject({ summary: [], chapters: [], known: [], steps: [] });
    expect(textOf(told.next)).toContain("アラートがない");
  });
});

describe("What a log says", () => {
  it("stays a value in a sentence: no control character, escape or turn of direction, and a link to the whole", () => {
    const [alert] = plantedIncident("hostile", START_MS, ["cover-up"]).alerts;
    if (!alert) throw new Error("not planted");
    const who = "\u001b[31mroot\u202e<script>alert(1)</script>\u0000";
    const alerts = [{ ...alert, sample: { ...alert.sample, six: { ...alert.sample.six, who } } }];
    const told = toldOf({ alerts, detections: [], events: [] }, "en");
    const part = told.chapters[0]?.sentences[0]?.parts.find(({ question }) => question === "who");
    expect(part?.text).not.toMatch(/[\p{Cc}\u202a-\u202e]/u);
    expect(part?.value).toBe(who);
  });
});
