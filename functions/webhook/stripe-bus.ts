import { parse } from "@muster/core/base/valid.ts";
import * as Receive from "@muster/core/billing/receive.ts";
import { eventOf } from "@muster/core/billing/stripe-events.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import type { EventBridgeEvent } from "aws-lambda";
import * as v from "valibot";
import { boot } from "../boot.ts";

/** The part of Stripe's event that Muster reads: https://docs.stripe.com/event-destinations/eventbridge */
const StripeEvent = v.object({
  source: v.pipe(v.string(), v.regex(/^aws\.partner\/stripe\.com\/./, "Expected an event of Stripe.")),
  detail: v.object({ id: v.string(), data: v.looseObject({ object: v.looseObject({}) }) }),
});

boot();

/** Receives Stripe's events through EventBridge, which guarantees that they are from Stripe: nothing is signed. */
export async function handler(event: EventBridgeEvent<string, unknown>): Promise<void> {
  const { detail } = parse(StripeEvent, event);
  const { id: _, ...concerned } = eventOf(detail as never);
  await asSystem("stripe", () => Receive.receive(concerned));
}
