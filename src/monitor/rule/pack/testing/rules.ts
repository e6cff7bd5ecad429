export const idOf = (n: number): string => `9d3c0f4a-1111-4a87-9a55-${String(n).padStart(12, "0")}`;

/** A rule that fires on `wordN`. */
export const ruleText = (n: number, title = `Rule ${n}`): string => `title: ${title}
id: ${idOf(n)}
status: test
level: high
logsource:
    product: windows
detection:
    selection:
        CommandLine|contains: word${n}
    condition: selection
`;

export const correlationText = (n: number, part: string): string => `title: Many ${n}
id: ${idOf(n)}
correlation:
    type: event_count
    rules:
        - ${part}
    group-by:
        - User
    timespan: 5m
    condition:
        gte: 3
level: high
`;

export const filterText = (n: number, rule: string): string => `title: Known ${n}
id: ${idOf(n)}
logsource:
    product: windows
filter:
    rules:
        - ${rule}
    selection:
        User: backup
    condition: not selection
`;
