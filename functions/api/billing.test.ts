import * as ID from "@muster/core/base/id.ts";
import { openApi, type TestApi } from "@muster/local/testing/worlds/api.ts";
import type { Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import { operations } from "./openapi.ts";

const requested = { account: ID.create("account"), requestedAt: "2026-11-24T09:00:00.000Z" };
/** Operations that need no Stripe: they only show or end what is there. */
const others = ["get", "getSeatRequest", "listSeatRequests", "revokeSeatRequest", "declineSeatRequest"];
const bodies: Record<string, object> = {
  "billing.approveSeatRequest": { ...requested, quote: "mst_quo_a.b" },
  "billing.requestSeats": { seats: 2, note: "For support." },
  "billing.checkout": { plan: "monthly", seats: 5 },
  "billing.confirm": { checkout: "cs_1" },
  "billing.discount": { code: "HALF" },
  "billing.refundPayment": { invoice: "in_1", to: "card" },
  "billing.preview": { seats: 5 },
  "billing.resize": { seats: 5 },
  "billing.changeAutomaticSeats": { limit: 5 },
};

describe("a deployment without Stripe", () => {
  const ofBilling = operations().filter(({ id }) => id.startsWith("billing."));
  const selling = ofBilling.filter(({ id }) => !others.includes(id.slice("billing.".length)));

  let api: TestApi;
  let owner: Person;
  let acme: ID.ID<"organization">;
  beforeAll(async () => {
    api = await openApi();
    owner = await api.stranger();
    acme = await api.organization(owner);
  });

  const call = (method: string, path: string, json?: object) =>
    api.call(method, `/organizations/${acme}/billing${path}`, { token: owner.token, ...(json && { json }) });

  test("has as many operations that need Stripe as are tested here", () => {
    expect(selling.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(bodies)));
    expect(selling.length).toBeGreaterThan(8);
  });

  test.each(selling)("answers $id with billing.not_configured", async ({ id, method, path }) => {
    const json = method === "get" ? undefined : (bodies[id] ?? {});
    const answer = await call(method.toUpperCase(), path.split("/billing")[1] ?? "", json);
    expect(answer).toMatchObject({ status: 409, body: { code: "billing.not_configured" } });
  });

  test("shows the billing status of an organization, and only the free plan", async () => {
    const free = { billingStatus: "free", plan: "free", seats: { capacity: 3, minimum: 1 }, customer: false };
    expect(await call("GET", "")).toMatchObject({ status: 200, body: free });
    const { body } = await api.call("GET", "/plans", { token: owner.token });
    expect(body.items).toEqual([{ id: "free", seats: 3 }]);
  });
});
