import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it, test, vi } from "vitest";
import { isClose } from "../../../../platform/outbound/index.ts";
import { idOf, ruleText } from "../testing/rules.ts";
import { hasGit, readGit } from "./git.ts";
import { checkedHost, NO_PIN, sshPin } from "./git-host.ts";
import { readGitUrl } from "./git-url.ts";

const environment = { PATH: process.env.PATH ?? "" };
const HAS_GIT = await hasGit({ environment });
if (!HAS_GIT) console.warn("git is not installed: the tests that need it are skipped");

describe("The address of a repository", () => {
  test.each([
    ["https://github.com/SigmaHQ/sigma", "https", "https://github.com/SigmaHQ/sigma", "sigma"],
    ["https://git.example.jp:8443/soc/rules.git", "https", "https://git.example.jp:8443/soc/rules.git", "rules"],
    ["ssh://git@git.example.jp/soc/rules.git", "ssh", "ssh://git@git.example.jp/soc/rules.git", "rules"],
    ["git@git.example.jp:soc/rules.git", "ssh", "git@git.example.jp:soc/rules.git", "rules"],
  ])("%s is read", (text, transport, url, name) => {
    expect(readGitUrl(text, { allowLocal: false })).toMatchObject({ transport, url, name });
  });

  it("gives a password or token apart, so that it is neither stored nor an argument", () => {
    const read = readGitUrl("https://soc:s%40cret@git.example.jp/rules.git?private_token=abc#x", { allowLocal: false });
    expect(read.login).toEqual({ user: "soc", password: "s@cret" });
    expect(read.url).toBe("https://git.example.jp/rules.git");
  });

  test.each([
    ["ext::sh -c touch% /tmp/x"],
    ["ext::https://x/y"],
    ["fd::17"],
    ["--upload-pack=touch /tmp/x"],
    ["-u"],
    ["ssh://-oProxyCommand=x/y"],
    ["ssh://-x@host/y"],
    ["git@-oProxyCommand=x:y"],
    ["git@host:-x"],
    ["http://git.example.jp/rules"],
    ["git://git.example.jp/rules"],
    ["ssh://git:password@host/rules"],
    ["https://a b/c"],
    ["rules"],
    [""],
  ])("%j is refused", (text) => {
    expect(() => readGitUrl(text, { allowLocal: true })).toThrowError(/git address|ssh address/);
  });

  test.each(["file:///srv/rules", "/srv/rules.git"])("%s is for this machine's owner alone", (text) => {
    expect(() => readGitUrl(text, { allowLocal: false })).toThrowError(/command line/);
    expect(readGitUrl(text, { allowLocal: true })).toMatchObject({ transport: "file" });
  });
});

describe("An address that the server must not be sent to", () => {
  const own = Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address));
  test.each([
    ...["127.0.0.1", "0.0.0.0", "169.254.169.254", "100.100.100.200", "::1", "::", "fe80::1", "fd00:ec2::254"],
    ...["::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001::1", ...own],
  ])("%s is one", (address) => expect(isClose(address)).toBe(true));
  test.each(["140.82.121.4", "10.99.98.97", "fd12:3456::1", "2606:4700::1"])("%s is none", (address) =>
    expect(isClose(address)).toBe(false),
  );
});

describe("A host whose addresses were looked at", () => {
  const scripted = async (script: string): Promise<string> => {
    const program = await mkdtemp(join(tmpdir(), "yagura-program-"));
    await writeFile(join(program, "git"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return program;
  };
  const checked = (url: string, more: Readonly<Record<string, string>> = {}) =>
    checkedHost(readGitUrl(url, { allowLocal: false }), { environment: { ...environment, ...more } });

  it("that is an address needs no pin", async () => {
    expect(await checked("https://140.82.121.4/x")).toEqual(NO_PIN);
  });

  it("that only a proxy knows is reached by the proxy or not at all", async () => {
    const url = "https://git.invalid/x";
    await expect(checked(url)).rejects.toMatchObject({ code: "upstream" });
    const program = await scripted("echo git version 2.50.0");
    const pin = await checked(url, { HTTPS_PROXY: "http://proxy.invalid", PATH: program });
    expect(pin).toEqual({ config: ["http.curloptResolve=git.invalid:443:192.0.2.1"], ssh: [] });
    await expect(checked("ssh://git@git.invalid/x", { HTTPS_PROXY: "http://x" })).rejects.toMatchObject({
      code: "upstream",
    });
    await rm(program, { recursive: true });
  });

  it("is not fetched from by a git that would look its name up again", async () => {
    const program = await scripted("echo git version 2.30.2");
    const old = checked("https://git.invalid/x", { HTTPS_PROXY: "http://proxy.invalid", PATH: program });
    await expect(old).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringMatching(/2\.30\.2 is too old/),
    });
    await rm(program, { recursive: true });
  });

  it.each([
    ["ssh://git@soc.example.jp/x", "soc.example.jp"],
    ["git@soc.example.jp:x", "soc.example.jp"],
    ["ssh://git@soc.example.jp:2222/x", "[soc.example.jp]:2222"],
  ])("%s is pinned for ssh, and its key looked up as %s", (url, alias) => {
    expect(sshPin(readGitUrl(url, { allowLocal: false }), "192.0.2.7")).toEqual([
      "-oHostName=192.0.2.7",
      `-oHostKeyAlias=${alias}`,
    ]);
  });
});

describe.skipIf(!HAS_GIT)("Rules in a repository", () => {
  let place: string;
  let own: string;
  let url: string;
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.jp", ...args], {
      cwd: place,
      encoding: "utf8",
      env: { ...environment, HOME: place, GIT_CONFIG_NOSYSTEM: "1" },
    }).trim();
  const read = (wanted: Partial<Parameters<typeof readGit>[0]> = {}, more: object = {}) =>
    readGit({ url, ref: "", folder: "", isOwner: true, ...wanted }, { environment, ...more });
  const leftBehind = async () => (await readdir(own)).filter((name) => name.startsWith("yagura-git-")).length;
  beforeAll(async () => {
    place = await mkdtemp(join(tmpdir(), "yagura-repository-"));
    own = await mkdtemp(join(tmpdir(), "yagura-own-"));
    // What is left behind is looked for where nobody else works.
    vi.stubEnv("TMPDIR", own);
    url = pathToFileURL(place).href;
    git("init", "--quiet", "--initial-branch=main");
    await writeFile(join(place, "one.yml"), ruleText(1));
    await symlink("/etc/passwd", join(place, "link.yml"));
    await writeFile(join(place, ".gitattributes"), "*.yml filter=evil\n");
    git("add", ".");
    git("commit", "--quiet", "-m", "one");
    git("tag", "v1");
    await writeFile(join(place, "two.yml"), ruleText(2));
    git("add", ".");
    git("commit", "--quiet", "-m", "two");
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(place, { recursive: true, force: true });
    await rm(own, { recursive: true, force: true });
  });

  it("are those of the newest commit of its own branch, without links", async () => {
    const { files, commit, name } = await read();
    expect(files.map(({ path }) => path)).toEqual(["one.yml", "two.yml"]);
    expect(files[0]?.text).toContain(idOf(1));
    expect(commit).toBe(git("rev-parse", "HEAD"));
    expect(name).toBe(place.split("/").at(-1));
  });

  it("come as they are stored: attributes, links and submodules of the repository do nothing", async () => {
    git("checkout", "--quiet", "-b", "odd");
    await writeFile(join(place, ".gitattributes"), "one.yml export-ignore\ntwo.yml export-subst\n");
    await writeFile(join(place, "two.yml"), `# $Format:%H$\n${ruleText(2)}`);
    git("add", ".");
    git("update-index", "--add", "--cacheinfo", `160000,${git("rev-parse", "HEAD")},parts`);
    git("commit", "--quiet", "-m", "odd");
    const { files, leftOut } = await read({ ref: "odd" });
    expect(files.map(({ path }) => path)).toEqual(["one.yml", "two.yml"]);
    expect(files[1]?.text).toMatch(/^# \$Format:%H\$\n/);
    expect(leftOut).toEqual([
      { path: "link.yml", reason: "the entry is a symbolic link" },
      { path: "parts", reason: expect.stringMatching(/submodule/) },
    ]);
    git("checkout", "--quiet", "--force", "main");
  });

  it("are refused when a handful of objects stand for a hundred million files", async () => {
    let tree = execFileSync("git", ["mktree"], { cwd: place, encoding: "utf8", input: many("100644 blob", blob()) });
    for (let level = 1; level < 4; level += 1)
      tree = execFileSync("git", ["mktree"], { cwd: place, encoding: "utf8", input: many("040000 tree", tree) });
    git("branch", "bomb", git("commit-tree", "-m", "bomb", tree.trim()));
    await expect(read({ ref: "bomb" })).rejects.toMatchObject({ code: "too_large" });
  });

  const blob = () => git("rev-parse", "HEAD:one.yml");
  const many = (kind: string, object: string): string =>
    Array.from({ length: 100 }, (_, n) => `${kind} ${object.trim()}\tn${n}\n`).join("");

  it("are those of a tag that is asked for, by path as well", async () => {
    const { files, commit } = await read({ url: place, ref: "v1" });
    expect(files.map(({ path }) => path)).toEqual(["one.yml"]);
    expect(commit).toBe(git("rev-parse", "v1"));
  });

  test.each<[string, object, object, string, RegExp]>([
    ["a branch that is not there", { ref: "nope" }, {}, "upstream", /nope/],
    ["a branch that is an option", { ref: "--upload-pack=x" }, {}, "invalid", /branch or tag/],
    ["a repository that is not there", { url: "file:///nowhere/at/all" }, {}, "upstream", /nowhere/],
    ["a folder that is not there", { folder: "nope" }, {}, "invalid", /no Sigma files/],
    ["too little time", {}, { timeoutMs: 1 }, "upstream", /given up after/],
    ["a machine without git", {}, { environment: { PATH: "/nowhere" } }, "unavailable", /not installed/],
    ["the server itself", { url: "https://127.0.0.1:1/x", isOwner: false }, {}, "invalid", /address of the server/],
    ["a cloud's metadata", { url: "https://169.254.169.254/x", isOwner: false }, {}, "invalid", /gitHosts/],
    ["a name of the server", { url: "ssh://git@localhost/x", isOwner: false }, {}, "invalid", /address of the server/],
    [
      "the server, through a proxy",
      { url: "https://127.0.0.1:1/x", isOwner: false },
      { environment: { ...environment, HTTPS_PROXY: "http://127.0.0.1:1" } },
      "invalid",
      /address of the server/,
    ],
    ["a cloud's metadata in IPv6", { url: "https://[fd00:ec2::254]/x", isOwner: false }, {}, "invalid", /gitHosts/],
    ["the server, in IPv6", { url: "https://[::ffff:127.0.0.1]/x", isOwner: false }, {}, "invalid", /address of the/],
  ])("cannot be had from %s, which is said", async (_, wanted, settings, code, message) => {
    await expect(read(wanted, settings)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await leftBehind()).toBe(0);
  });

  it.each([
    ["in the middle of the list", "printf '100644 blob 12'; exec sleep 60", "too_large"],
    ["with an error", "printf '100644 blob 12'; echo 'fatal: bad tree' >&2; exit 128", "upstream"],
    ["as if all were well", "printf 'what is this\\0'; exit 0", "upstream"],
  ])("are refused for the reason git was stopped for when it ends %s", async (_, script, code) => {
    const program = await mkdtemp(join(tmpdir(), "yagura-program-"));
    const verbs = `*clone*) mkdir repository; echo data > repository/x;; *rev-parse*) echo ${"a".repeat(40)};;`;
    await writeFile(join(program, "git"), `#!/bin/sh\ncase "$*" in ${verbs} *) ${script};; esac\n`, { mode: 0o755 });
    const settings = {
      environment: { PATH: `${program}:${environment.PATH}` },
      maxBytes: code === "too_large" ? 1 : 1 << 20,
    };
    await expect(read({}, settings)).rejects.toMatchObject({ code });
    await rm(program, { recursive: true });
  });

  it("tells no password when the server refuses it", async () => {
    const refused = read(
      { url: "https://soc:topsecret@127.0.0.1:1/x.git", isOwner: false },
      { trustedHosts: ["127.0.0.1"] },
    );
    const error = await refused.catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "upstream" });
    expect(JSON.stringify({ ...error, message: String(error) })).not.toMatch(/topsecret|dG9wc2VjcmV0/);
  });
});
