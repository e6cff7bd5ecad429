import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readTarGz } from "../../../../tests/support/tar.ts";
import { createParser } from "../../parse/index.ts";
import { compileRules, type RuleSet } from "../index.ts";

const RULES = resolve("../shared/data/sigma/rules.tar.gz");
const FOLDERS = /(?:^|\/)rules\/(?:linux|web|network\/dns)\//;
const parser = createParser();
const hints = { format: "auto", transport: "file", peer: "", receivedAtMs: Date.UTC(2026, 10, 23) };
const record = (type: string, rest: string): string => `type=${type} msg=audit(1795428000.125:7): ${rest}`;

describe.skipIf(!existsSync(RULES))("SigmaHQ's rules find in servers' logs the fields that they name", () => {
  let rules: RuleSet = compileRules([]);
  beforeAll(async () => {
    const files = (await readTarGz(RULES)).filter(({ name }) => FOLDERS.test(name) && name.endsWith(".yml"));
    rules = compileRules(files.map(({ name, bytes }) => ({ origin: name, text: bytes.toString("utf8") })));
  });

  test.each([
    ["an archive", "a3b5e3e9-1b49-4119-8b8e-0344a01f21ee", record("EXECVE", 'argc=3 a0="tar" a1="-czf" a2="x"')],
    [
      "a shell as crond, its path in hex",
      "9d4548fa-bba0-4e88-bd66-5d5bf516cda0",
      record("EXECVE", 'argc=3 a0="cp" a1="/bin/sh" a2=2F746D702F6120622F63726F6E64'),
    ],
    [
      "a new account",
      "759d0d51-bc99-4b5e-9add-8f5b2c8e7512",
      record(
        "ADD_USER",
        `pid=7 uid=0 auid=1000 ses=3 msg='op=add-user acct="eve" exe="/usr/sbin/useradd" res=success'`,
      ),
    ],
    [
      "the preloaded library",
      "4b3cb710-5e83-4715-8c45-8b2b5b3e5751",
      `<13>Nov 23 10:00:00 srv1 audispd: node=srv1 ${record("PATH", 'item=0 name="/etc/ld.so.preload" inode=9 nametype=NORMAL')}`,
    ],
    [
      "a file in pieces",
      "2dad0cba-c62a-4a4f-949f-5f6ecd619769",
      record("SYSCALL", 'arch=c000003e syscall=59 success=yes pid=7 comm="split" exe="/usr/bin/split"'),
    ],
    [
      "vsftpd's refusal",
      "377f33a1-4b36-4ee1-acee-1dbe4b43cfbe",
      '<86>Nov 23 10:00:00 srv1 vsftpd[7]: FTP response: Client "198.51.100.7", "421 Connection refused: too many sessions for this address."',
    ],
  ])("%s", (_, id, line) => {
    const found = rules.match(parser.parse(Buffer.from(line), hints)).map((index) => rules.rules[index]?.facts.id);
    expect(found).toContain(id);
  });
});
