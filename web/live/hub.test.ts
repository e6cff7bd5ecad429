import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { News } from "./connection.ts";
import { listen } from "./hub.ts";

/** The browser's streams as far as this needs them. */
class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static all: Stream[] = [];
  static get open(): number {
    return Stream.all.filter(({ isOpen }) => isOpen).length;
  }
  isOpen = true;
  constructor() {
    super();
    Stream.all.push(this);
  }
  close(): void {
    this.isOpen = false;
  }
  say(event: string, data: object): void {
    this.dispatchEvent(new MessageEvent(event, { data: JSON.stringify(data), lastEventId: "1" }));
  }
}
const page = Object.assign(new EventTarget(), { hidden: false });
const look = (isLookedAt: boolean): void => {
  page.hidden = !isLookedAt;
  page.dispatchEvent(new Event("visibilitychange"));
};
const GREETING = { beatMs: 15_000, isResumed: false };

/** A lock that somebody else holds until it is given. */
function lockOfAnother() {
  const given = Promise.withResolvers<void>();
  const request = async (_name: string, options: LockOptions, work: (lock: object | null) => Promise<unknown>) => {
    if (options.ifAvailable) return await work(null);
    await given.promise;
    return await work({});
  };
  return { locks: { request }, give: () => given.resolve() };
}

beforeEach(() => {
  Stream.all = [];
  page.hidden = false;
  vi.stubGlobal("EventSource", Stream);
  vi.stubGlobal("document", page);
});
afterEach(() => vi.unstubAllGlobals());

describe("The stream of a browser's tabs", () => {
  it("is asked for everything by the tab that takes it over: what came between was heard by nobody", async () => {
    const { locks, give } = lockOfAnother();
    vi.stubGlobal("navigator", { locks });
    const heard: News[] = [];
    const leave = listen((news) => heard.push(news));
    expect(Stream.all).toHaveLength(0);
    give();
    await expect.poll(() => Stream.all.length).toBe(1);
    Stream.all[0]?.say("hello", GREETING);
    expect(heard).toEqual([{ changes: [], isAll: true }]);
    leave();
    expect(Stream.open).toBe(0);
  });

  it("begins with what the page has just asked for, when the tab is the first", async () => {
    const request = async (_name: string, _options: LockOptions, work: (lock: object) => Promise<unknown>) =>
      await work({});
    vi.stubGlobal("navigator", { locks: { request } });
    const heard: News[] = [];
    const leave = listen((news) => heard.push(news));
    await expect.poll(() => Stream.all.length).toBe(1);
    Stream.all[0]?.say("hello", GREETING);
    expect(heard).toEqual([]);
    leave();
    expect(Stream.open).toBe(0);
  });

  it("is each tab's own without locks, and is closed while nobody looks at the tab", () => {
    vi.stubGlobal("navigator", {});
    const heard: News[] = [];
    const leave = listen((news) => heard.push(news));
    Stream.all[0]?.say("hello", GREETING);
    look(false);
    expect(Stream.open).toBe(0);
    look(true);
    expect(Stream.open).toBe(1);
    Stream.all[1]?.say("hello", GREETING);
    expect(heard).toEqual([{ changes: [], isAll: true }]);
    leave();
    look(false);
    look(true);
    expect(Stream.open).toBe(0);
  });
});
