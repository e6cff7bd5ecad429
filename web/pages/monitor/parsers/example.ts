/** What a new parser begins with: a whole one, whose line stands beside it. */
export const EXAMPLE_LINE = "ACME-DOOR 2026/11/20 09:15:00 door=3F-East card=sato reader=10.1.2.3 result=NG";

export const exampleOf = (title: string): string => `parser: acme-door
title: ${title}
recognize:
  contains: ACME-DOOR
read:
  - grok: "ACME-DOOR %{DATE:date} %{TIME:time} %{REST:pairs}"
  - from: pairs
    keyvalue: { pair: " ", equals: "=" }
time:
  field: [date, time]
  format: yyyy/MM/dd HH:mm:ss
  zone: Asia/Tokyo
columns:
  user.name: card
  source.ip: reader
  event.outcome: { from: result, map: { OK: success, NG: failure } }
six:
  with_what: { value: card }
  what: { text: "door {door}" }
  did_what: { from: result, map: { OK: object-accessed, NG: logon-failed } }
logsource:
  product: acme
  service: door
tests:
  - line: "${EXAMPLE_LINE}"
    time: "2026-11-20T00:15:00.000Z"
    who: sato
    columns: { source.ip: 10.1.2.3, event.outcome: failure }
`;

/** The id that a text gives itself; "" while there is none. */
export const idIn = (text: string): string =>
  /^parser:[ \t]*["']?([a-z0-9][a-z0-9-]{0,49})["']?[ \t]*$/m.exec(text)?.[1] ?? "";
