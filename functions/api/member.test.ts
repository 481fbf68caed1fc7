import { memberKeys } from "@muster/core/member/keys.ts";
import { meter } from "@muster/local/testing/costs/meter.ts";
import { openApi } from "@muster/local/testing/worlds/api.ts";
import { expect, test } from "vitest";

test("the last active day of a member is updated once a day, by any request in the organization", async () => {
  const api = await openApi();
  const ada = await api.stranger();
  const acme = await api.organization(ada);
  const bob = await api.member(acme, "read");
  const look = () => api.call("GET", `/organizations/${acme}`, { token: bob.token });
  const costs = meter(api.world.rows.client);
  const written = async () => (await costs.measure(look)).writeUnits;

  expect(await written()).toBe(0);
  api.world.clock.pass(86_400);
  const { token } = await api.world.person(bob.email);
  bob.token = token;
  expect(await written()).toBe(1);
  expect(await written()).toBe(0);
  expect(await api.world.table.get(memberKeys.member(acme, bob.account))).toMatchObject({ activeOn: "2026-11-25" });
});

test("leaving with the first request of a day leaves no trace of the membership", async () => {
  const api = await openApi();
  const ada = await api.stranger();
  const acme = await api.organization(ada);
  const bob = await api.member(acme, "read");
  api.world.clock.pass(86_400);
  const { token } = await api.world.person(bob.email);
  const left = await api.call("POST", `/organizations/${acme}/members/leave`, { token });
  expect(left.status).toBe(204);
  expect(await api.world.table.get(memberKeys.member(acme, bob.account))).toBeUndefined();
});
