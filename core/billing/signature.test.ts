import Stripe from "stripe";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import * as ID from "../base/id.ts";
import { verify } from "./signature.ts";

const organization = ID.derive("organization", "acme");
const body = JSON.stringify({
  id: "evt_1",
  object: "event",
  data: {
    object: {
      id: "sub_1",
      metadata: { organizationId: organization },
    },
  },
});
const bytes = (text: string) => Buffer.from(text, "utf8");

/** The library and the check of the signature read the time of the process. */
const now = Date.parse("2026-11-24T09:00:00.000Z");
beforeAll(() => void vi.useFakeTimers({ toFake: ["Date"], now }));
afterAll(() => void vi.useRealTimers());

/** Signed like Stripe does, so many seconds ago. */
function sign(secret: string, { text = body, agoSeconds = 0 } = {}): string {
  const timestamp = now / 1_000 - agoSeconds;
  return Stripe.webhooks.generateTestHeaderString({ payload: text, secret, timestamp });
}

describe("a body that Stripe signed", () => {
  test("is accepted, with the organization that it concerns", async () => {
    expect(await verify(bytes(body), sign("whsec_new"), ["whsec_new"])).toEqual({
      id: "evt_1",
      organization,
    });
  });

  test("is accepted again: it only requests reconciliation, which can be repeated", async () => {
    const signature = sign("whsec_new", { agoSeconds: 200 });
    for (let n = 0; n < 2; n++) expect(await verify(bytes(body), signature, ["whsec_new"])).toBeDefined();
  });

  test("with the previous secret is accepted while that is listed, and not afterwards", async () => {
    const signature = sign("whsec_old");
    expect(await verify(bytes(body), signature, ["whsec_new", "whsec_old"])).toBeDefined();
    expect(await verify(bytes(body), signature, ["whsec_new"])).toBeUndefined();
  });
});

describe("a body that Stripe did not sign", () => {
  test.each([
    ["another body", sign("whsec_new", { text: body.replace("sub_1", "sub_2") })],
    ["another secret", sign("whsec_forged")],
    ["no signature", ""],
    ["a malformed signature", "t=1,v1=00"],
    ["a signature more than five minutes old", sign("whsec_new", { agoSeconds: 301 })],
    ["a signature more than five minutes ahead", sign("whsec_new", { agoSeconds: -301 })],
    ["a signature without a time", "v1=00"],
  ])("is refused: %s", async (_, signature) => {
    expect(await verify(bytes(body), signature, ["whsec_new"])).toBeUndefined();
  });

  test.each([
    ["no JSON", "rubbish"],
    ["no object", "null"],
    ["a list", "[]"],
    ["an event about nothing", JSON.stringify({ id: "evt_1", object: "event" })],
    ["data without an object", JSON.stringify({ id: "evt_1", data: {} })],
  ])("is refused although it is signed: %s", async (_, text) => {
    expect(await verify(bytes(text), sign("whsec_new", { text }), ["whsec_new"])).toBeUndefined();
  });

  test("is accepted a little ahead of time, as clocks differ", async () => {
    expect(await verify(bytes(body), sign("whsec_new", { agoSeconds: -200 }), ["whsec_new"])).toBeDefined();
  });

  test("is refused by a deployment that has no secret", async () => {
    expect(await verify(bytes(body), sign(""), [])).toBeUndefined();
  });
});
