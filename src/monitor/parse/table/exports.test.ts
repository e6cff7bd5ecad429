import { describe, expect, test } from "vitest";
import { parseLine } from "../testing.ts";
import { TableHead } from "./head.ts";

/** Reads the last of the lines under those above it. */
function last(lines: readonly string[], format: "auto" | "csv") {
  const head = new TableHead(format, format === "csv" ? (lines[0] ?? "") : `\n${lines.slice(0, -1).join("\n")}`);
  const row = lines.at(-1) ?? "";
  const table = head.tableOf(Buffer.from(row));
  return parseLine(row, { format, timeZone: "Asia/Tokyo", ...(table === undefined ? {} : { table }) });
}

describe("A CSV made for people", () => {
  test("has names with spaces and capitals, and parts the day from the clock", () => {
    const event = last(["Date,Time,Source IP,User Name,Action", "2026/11/20,10:00:00,192.0.2.7,sato,deny"], "csv");
    expect(event.hot).toMatchObject({ source_ip: "192.0.2.7", user_name: "sato" });
    expect(event.timeMs).toBe(Date.UTC(2026, 10, 20, 1));
  });
});

describe("Exchange's message tracking", () => {
  test.each([
    ["RECEIVE", "mail-queued", "success"],
    ["SEND", "mail-transferred", "success"],
    ["DELIVER", "mail-transferred", "success"],
    ["DEFER", "mail-transferred", "failure"],
    ["FAIL", "mail-rejected", "failure"],
    ["EXPAND", "", ""],
  ])("%s is %j, %j", (id, action, outcome) => {
    const event = last(
      [
        "#Software: Microsoft Exchange Server",
        "#Fields: date-time,client-ip,client-hostname,server-hostname,connector-id,source,event-id,internal-message-id,recipient-address,sender-address",
        `2026-11-20T01:00:00.000Z,192.0.2.7,mx.example.net,EX1,Default,SMTP,${id},17,sato@example.com,abe@example.net`,
      ],
      "auto",
    );
    expect(event.hot).toMatchObject({
      event_action: action,
      event_outcome: outcome,
      who: "abe@example.net",
      where_from: "192.0.2.7",
      with_what: "SMTP Default",
      what: "sato@example.com",
    });
  });
});
