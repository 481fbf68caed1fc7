import * as ID from "@muster/core/base/id.ts";
import { update } from "@muster/core/table/table.ts";
import { teamKeys } from "@muster/core/team/keys.ts";
import { sample } from "@muster/local/testing/fixtures/samples.ts";
import { type Answer, openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

// Who is not in a private team gets of it, of its updates and of its comments what nothing would get.

const outsiders = ["write", "read"] as const;
const viewers = ["inside", "owner", "admin"] as const;
const named = operations().filter(({ path }) => /{(team|update)}/.test(path));
/** Other requests that name a team or an update. */
const others = [
  { method: "GET", path: (team: string) => `/members?team=${team}` },
  { method: "GET", path: (team: string) => `/members?leadOf=${team}` },
  { method: "GET", path: (team: string) => `/updates?team=${team}` },
  { method: "GET", path: (team: string) => `/updates?team=${team}&search=secret` },
  { method: "GET", path: (team: string) => `/feed/tags?team=${team}` },
  { method: "GET", path: (team: string) => `/feed/news?team=${team}` },
  { method: "POST", path: () => "/feed/visit", json: (team: string) => ({ team }) },
  { method: "POST", path: () => "/updates", json: (team: string) => ({ team, title: "Me too", content: "Hello." }) },
  { method: "POST", path: () => "/feed/seen", json: (_: string, id: string) => ({ updates: [id] }) },
];

let api: TestApi;
let acme: ID.ID<"organization">;
let team: ID.ID<"team">;
let post: ID.ID<"update">;
/** An update to the organization that mentions the team. */
let open: ID.ID<"update">;
let comment: ID.ID<"comment">;
const people = new Map<string, Person>();
beforeAll(async () => {
  api = await openApi();
  acme = await api.organization(await api.stranger());
  for (const role of ["owner", "admin", "write", "read"] as const) people.set(role, await api.member(acme, role));
  const inside = await api.member(acme, "write");
  people.set("inside", inside);
  team = await api.team(acme, "Secret project", [inside]);
  await as("owner", "PATCH", `/teams/${team}`, { visibility: "private" });
  const written = async (path: string, json: object) => (await as("inside", "POST", path, json)).body.id;
  const title = "Secret plan";
  post = (await written("/updates", { team, title, content: "Hush.", tags: ["secret"] })) as typeof post;
  comment = (await written(`/updates/${post}/comments`, { content: "Hush." })) as typeof comment;
  open = (await written("/updates", { title: "In the open", content: `With @${team} together.` })) as typeof open;
});

const as = (who: string, method: string, path: string, json?: object): Promise<Answer> =>
  api.call(method, `/organizations/${acme}${path}`, {
    token: (people.get(who) as Person).token,
    ...(json && { json }),
  });
const plain = ({ status, body }: Answer) => ({ status, ...body, requestId: undefined });
const secretRows = async () =>
  (await api.world.rows.scan()).filter(({ pk, sk }) => [pk, sk].join(" ").includes(team) || pk === post);

describe.each(outsiders)("for a member with the role %s who is not in it", (role) => {
  test.each(named)("$id ($method $path) answers as if there were none", async (operation) => {
    const [method, path, sent] = await sample(api, operation, {
      person: people.get(role),
      organization: acme,
    });
    const call = (to: { team: string; update: string; comment: string }) => {
      const [, own = ""] = path.split(acme);
      const filled = own
        .replace(/team_\w+/, to.team)
        .replace(/upd_\w+/, to.update)
        .replace(/com_\w+/, to.comment);
      return api.call(method, `/organizations/${acme}${filled}`, sent);
    };
    const before = await secretRows();
    const answer = await call({ team, update: post, comment });
    const nothing = await call({ team: ID.create("team"), update: ID.create("update"), comment: ID.create("comment") });
    expect(plain(answer)).toEqual(plain(nothing));
    expect([403, 404]).toContain(answer.status);
    expect(await secretRows()).toEqual(before);
  });

  test.each(others)("$method with a filter or a body answers as if there were none", async ({ method, path, json }) => {
    const before = await secretRows();
    const answer = await as(role, method, path(team), json?.(team, post));
    const nothing = ID.create("team");
    expect(plain(answer)).toEqual(plain(await as(role, method, path(nothing), json?.(nothing, ID.create("update")))));
    expect(await secretRows()).toEqual(before);
  });

  test("no list and no text names it", async () => {
    const inside = (people.get("inside") as Person).account;
    for (const path of [
      "/teams",
      "/teams?include=description",
      "/teams?of=own",
      "/teams?search=secret",
      `/teams?teams=${team}`,
      "/members",
      `/members/${inside}`,
      "/members?search=somebody",
      "/updates",
      `/updates/${open}`,
      "/updates?in=organization",
      "/updates?tag=secret",
      "/updates?search=secret",
      `/updates?author=${inside}`,
      "/feed/tags",
      "/feed/mentionable?search=secret",
    ]) {
      const { status, text } = await as(role, "GET", path);
      expect([path, status === 200 || (role === "read" && status === 403), text]).toEqual([
        path,
        true,
        expect.not.stringMatching(/secret (project|plan)|"secret"/i),
      ]);
      expect(text.replaceAll(`@${team}`, "")).not.toContain(team);
    }
  });
});

describe.each(viewers)("for %s", (who) => {
  test("it is there, with all that is in it", async () => {
    const reads = [
      `/teams/${team}`,
      `/members?team=${team}`,
      `/updates?team=${team}`,
      `/updates/${post}`,
      `/updates/${post}/comments`,
      `/updates/${post}/reactions`,
      `/feed/news?team=${team}`,
    ];
    for (const path of reads) expect([path, (await as(who, "GET", path)).status]).toEqual([path, 200]);
    expect((await as(who, "GET", "/teams")).text).toContain("Secret project");
    const { account } = people.get("inside") as Person;
    const { names } = (await as(who, "GET", `/updates/${open}`)).body;
    expect(names).toEqual({ [team]: "Secret project" });
    const { body } = await as(who, "GET", `/members/${account}`);
    expect(body.teams).toEqual([{ id: team, name: "Secret project", isLead: false }]);
  });
});

test("who is removed from it sees it no longer, and everybody does once it is open again", async () => {
  const guest = await api.member(acme, "read");
  people.set("guest", guest);
  const look = async () => (await as("guest", "GET", `/updates/${post}`)).status;
  await as("owner", "POST", `/teams/${team}/members`, { accounts: [guest.account] });
  expect(await look()).toBe(200);
  await as("owner", "POST", `/teams/${team}/members/remove`, { accounts: [guest.account] });
  expect(await look()).toBe(404);
  await as("admin", "PATCH", `/teams/${team}`, { visibility: "open" });
  expect(await look()).toBe(200);
  await as("admin", "PATCH", `/teams/${team}`, { visibility: "private" });
  expect(await look()).toBe(404);
});

test("a value of a newer release counts as private", async () => {
  const odd = await api.team(acme, "Odd one");
  const set = { visibility: "hidden" as "private" };
  await api.world.table.write(
    update(teamKeys.team(acme, odd), { set }),
    update(teamKeys.teamName(acme, "Odd one"), { set }),
  );
  expect((await as("write", "GET", `/teams/${odd}`)).status).toBe(404);
  expect((await as("write", "GET", "/teams")).text).not.toContain("Odd one");
  expect((await as("admin", "GET", `/teams/${odd}`)).body.visibility).toBe("private");
});

test("pages of teams are full although private ones are passed over, and the last one is the last", async () => {
  const [owner, reader] = [await api.stranger(), "reader"];
  const many = await api.organization(owner, "Many");
  people.set(reader, await api.member(many, "read"));
  const call = (token: string, path: string) => api.call("GET", `/organizations/${many}${path}`, { token });
  for (let n = 0; n < 230; n++) {
    const id = await api.team(many, `Team ${String(n).padStart(3, "0")}`);
    if (n % 10 === 9 || n >= 220) {
      const set = { visibility: "private" as const };
      const name = teamKeys.teamName(many, `Team ${String(n).padStart(3, "0")}`);
      await api.world.table.write(update(teamKeys.team(many, id), { set }), update(name, { set }));
    }
  }
  const sizes = async (token: string) => {
    const found: number[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await call(token, `/teams${cursor}`);
      found.push((body.items as unknown[]).length);
      if (body.next === undefined) return found;
      cursor = `?cursor=${encodeURIComponent(body.next as string)}`;
    }
  };
  expect(await sizes((people.get(reader) as Person).token)).toEqual([100, 98]);
  expect(await sizes(owner.token)).toEqual([100, 100, 30]);
});
