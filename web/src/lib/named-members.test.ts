import { QueryObserver } from "@tanstack/react-query";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { openBrowser } from "../testing/browser.ts";

let queries: typeof import("./queries.ts");
let queryClient: ReturnType<typeof import("./query-client.ts").createQueryClient>;
let refreshPeople: typeof import("#features/members/use-refresh.ts").refreshPeople;
let asked: string[][];
let members: string[];

beforeAll(async () => {
  openBrowser();
  vi.stubGlobal("fetch", async (input: string) => {
    const accounts = new URL(input, "https://muster.example").searchParams.get("accounts")?.split(",") ?? [];
    asked.push(accounts);
    return Response.json({
      items: accounts.filter((account) => members.includes(account)).map((account) => ({ account, name: account })),
    });
  });
  queries = await import("./queries.ts");
  ({ refreshPeople } = await import("#features/members/use-refresh.ts"));
});
afterAll(() => void vi.unstubAllGlobals());

beforeEach(async () => {
  const { createQueryClient } = await import("./query-client.ts");
  queryClient = createQueryClient(() => undefined);
  asked = [];
  members = [];
});

/** A page that shows the names of some accounts, once they have loaded. */
async function show(accounts: readonly string[]) {
  const observer = new QueryObserver(queryClient, queries.namedMembersQuery("org_1", accounts));
  const close = observer.subscribe(() => undefined);
  await expect.poll(() => observer.getCurrentResult().fetchStatus).toBe("idle");
  return { close, names: () => observer.getCurrentResult().data?.map(({ name }) => name) };
}

test("more than a hundred members are requested a hundred at once, and shown together", async () => {
  members = Array.from({ length: 205 }, (_, at) => `acc_${String(at).padStart(3, "0")}`);
  const { names } = await show(members.toReversed());
  expect(asked.map(({ length }) => length)).toEqual([100, 100, 5]);
  expect(names()).toEqual(members);
});

test("names are kept for the next page, but not that somebody is no member", async () => {
  members = ["acc_ada"];
  for (const accounts of [["acc_ada"], ["acc_ada"], ["acc_ada", "acc_grace"]]) {
    const { close } = await show(accounts);
    close();
  }
  expect(asked).toHaveLength(2);
  members.push("acc_grace");
  expect((await show(["acc_ada", "acc_grace"])).names()).toEqual(["acc_ada", "acc_grace"]);
});

test("a member who was removed is named no more, and one who was restored is named again, on the open page", async () => {
  members = ["acc_ada", "acc_grace"];
  const { names } = await show(members);
  members = ["acc_ada"];
  refreshPeople(queryClient, "org_1");
  await expect.poll(names).toEqual(["acc_ada"]);
  members = ["acc_ada", "acc_grace"];
  refreshPeople(queryClient, "org_1", { areMembersOther: true });
  await expect.poll(names).toEqual(["acc_ada", "acc_grace"]);
});
