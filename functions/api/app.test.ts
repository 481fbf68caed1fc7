import { openWorld, siteUrl, type World } from "@muster/local/testing/worlds/world.ts";
import { hc } from "hono/client";
import { beforeAll, describe, expect, test } from "vitest";
import { type Api, app } from "./app.ts";

let world: World;
let api: Api;
beforeAll(async () => {
  world = await openWorld();
  api = app({ url: siteUrl, secure: true });
});

const client = (token?: string) =>
  hc<Api>(siteUrl, {
    ...(token && { headers: { authorization: `Bearer ${token}` } }),
    fetch: async (input: string | URL | Request, init?: RequestInit) => api.request(input, init),
  });

describe("organizations", () => {
  test("are created, listed, read and renamed by their owner", async () => {
    const { token } = await world.person("ada@example.com");
    const organizations = client(token).api.v1.organizations;

    const created = await organizations.$post({ json: { name: "Acme" } });
    expect(created.status).toBe(201);
    const acme = await created.json();
    expect(acme).toMatchObject({ name: "Acme", role: "owner", seats: { capacity: 3, committed: 1 }, revision: 0 });

    const listed = await organizations.$get({ query: {} });
    expect((await listed.json()).items.map((one) => one.name)).toEqual(["Acme"]);

    const renamed = await organizations[":organization"].$patch({
      param: { organization: acme.id },
      json: { name: "Acme Two", revision: 0 },
    });
    expect(await renamed.json()).toMatchObject({ name: "Acme Two", revision: 1 });
    const read = await organizations[":organization"].$get({ param: { organization: acme.id }, query: {} });
    expect(await read.json()).toMatchObject({ name: "Acme Two", revision: 1 });
  });

  test("are missing to a stranger", async () => {
    const ada = await world.person("ada2@example.com");
    const bob = await world.person("bob@example.com");
    const created = await client(ada.token).api.v1.organizations.$post({ json: { name: "Acme" } });
    const { id } = await created.json();
    const one = client(bob.token).api.v1.organizations[":organization"];
    const answer = await one.$get({ param: { organization: id }, query: {} });
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ code: "organization.missing" });
  });
});
