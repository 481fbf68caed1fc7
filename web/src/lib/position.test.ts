import { After } from "@muster/core/kernel/position.ts";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import * as v from "valibot";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { includingOwnChange, ownChange, refetchOnce, rememberPosition } from "./position.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

let made = 0;
/** A new organization, of which nothing is remembered. */
const organizationOf = () => `org_${++made}`;
const answer = (headers: Record<string, string> = {}) => ({ headers: new Headers(headers) });
const write = (organization: string, position: string) =>
  rememberPosition(
    `https://muster.example/api/v1/organizations/${organization}/members/acc_1`,
    answer({ "muster-position": position }),
  );

describe("what the page wrote", () => {
  test("is asked for in the same organization, for ten seconds", () => {
    const [one, other] = [organizationOf(), organizationOf()];
    write(one, "evt_1.acc_1");
    expect([ownChange(one), ownChange(other)]).toEqual([{ after: "evt_1.acc_1" }, {}]);
    vi.advanceTimersByTime(9_999);
    expect(ownChange(one)).toEqual({ after: "evt_1.acc_1" });
    vi.advanceTimersByTime(1);
    expect(ownChange(one)).toEqual({});
  });

  test("is not changed by an answer without a position, or of no organization", () => {
    const organization = organizationOf();
    write(organization, "evt_1");
    rememberPosition(`/api/v1/organizations/${organization}/members?role=read`, answer());
    rememberPosition("/api/v1/account", answer({ "muster-position": "evt_2" }));
    expect(ownChange(organization)).toEqual({ after: "evt_1" });
  });

  test("quickly one after the other is joined, whatever the order of the answers: the last event, and all members", () => {
    const organization = organizationOf();
    write(organization, "evt_1.acc_1");
    write(organization, "evt_3.acc_3");
    write(organization, "evt_2.acc_2.acc_1");
    expect(ownChange(organization)).toEqual({ after: "evt_3.acc_2.acc_1.acc_3" });
    vi.advanceTimersByTime(10_000);
    write(organization, "evt_4.acc_4");
    expect(ownChange(organization)).toEqual({ after: "evt_4.acc_4" });
  });

  test("of more members than the API takes is cut to the last ones", () => {
    const organization = organizationOf();
    const ulid = (n: number) => String(n).padStart(26, "0");
    for (let n = 1; n <= 110; n += 1) {
      write(organization, `evt_${ulid(n)}.acc_${ulid(n)}`);
    }
    const { after = "" } = ownChange(organization);
    expect(v.is(After, after)).toBe(true);
    expect(after.split(".")).toHaveLength(101);
    expect([after.includes(`acc_${ulid(110)}`), after.includes(`acc_${ulid(10)}`)]).toEqual([true, false]);
  });
});

describe("a list", () => {
  test("asks for it with the first page only", async () => {
    const organization = organizationOf();
    write(organization, "evt_1");
    const asked: object[] = [];
    for (const cursor of [undefined, "c1"]) {
      await includingOwnChange(organization, cursor, async (query) => {
        asked.push(query);
        return answer();
      });
    }
    expect(asked).toEqual([{ after: "evt_1" }, { cursor: "c1" }]);
  });

  test("that includes it is the last one that asks, unless the page has written since", async () => {
    const organization = organizationOf();
    write(organization, "evt_1");
    const included = async () => answer({ "muster-included": "true" });
    await includingOwnChange(organization, undefined, () => {
      write(organization, "evt_2");
      return included();
    });
    expect(ownChange(organization)).toEqual({ after: "evt_2" });
    await includingOwnChange(organization, undefined, included);
    expect(ownChange(organization)).toEqual({});
  });

  test("that does not include it is asked for again with it, and says so once for each change", async () => {
    const organization = organizationOf();
    write(organization, "evt_1");
    const ifBehind = vi.fn();
    const read = (name: string) =>
      includingOwnChange(organization, undefined, async () => answer({ "muster-included": "false" }), {
        name,
        run: ifBehind,
      });
    await read("members");
    expect(ifBehind).toHaveBeenCalledTimes(1);
    expect(ownChange(organization)).toEqual({ after: "evt_1" });
    await read("members");
    expect(ifBehind).toHaveBeenCalledTimes(1);
    await read("events");
    expect(ifBehind).toHaveBeenCalledTimes(2);
    write(organization, "evt_2");
    await read("members");
    expect(ifBehind).toHaveBeenCalledTimes(3);
  });

  test.each([["evt_1"], [undefined]])("that the page wrote during is behind, after %s", async (before) => {
    const organization = organizationOf();
    if (before) write(organization, before);
    const ifBehind = vi.fn();
    const duringWrite = async () => {
      write(organization, "evt_2");
      // another list has included it by the time that this one is answered
      await includingOwnChange(organization, undefined, async () => answer({ "muster-included": "true" }));
      return answer();
    };
    const list = { name: "members", run: ifBehind };
    await includingOwnChange(organization, undefined, duringWrite, list);
    expect(ifBehind).toHaveBeenCalledTimes(1);
    await includingOwnChange(organization, undefined, async () => answer(), list);
    expect(ifBehind).toHaveBeenCalledTimes(1);
  });
});

test("a stale page is shown, and then once more fetched: the correct one replaces it", async () => {
  const organization = organizationOf();
  write(organization, "evt_1");
  const client = new QueryClient();
  const queryKey = ["organization", organization, "members"];
  const pages = ["stale", "still stale", "never asked for"];
  const shown: unknown[] = [];
  const observer = new QueryObserver(client, {
    queryKey,
    queryFn: async () => {
      const page = pages.shift();
      const read = async () => answer({ "muster-included": "false" });
      await includingOwnChange(organization, undefined, read, refetchOnce({ client, queryKey }));
      return page;
    },
  });
  const stop = observer.subscribe(({ data }) => shown.push(data));
  await vi.waitFor(() => expect(shown).toContain("still stale"), 60_000);
  await vi.advanceTimersByTimeAsync(5_000);
  stop();
  client.clear();
  expect(shown.indexOf("stale")).toBeGreaterThan(-1);
  expect(shown.indexOf("stale")).toBeLessThan(shown.indexOf("still stale"));
  expect(pages).toEqual(["never asked for"]);
});
