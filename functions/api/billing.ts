import * as Billing from "@muster/core/billing/billing.ts";
import * as Checkout from "@muster/core/billing/checkout.ts";
import * as Manage from "@muster/core/billing/manage.ts";
import * as Seats from "@muster/core/billing/seats.ts";
import { Hono } from "hono/quick";
import { command, query } from "./door.ts";
import type { Env } from "./env.ts";

/** Under an organization. */
export const billing = new Hono<Env>()
  .get("/", query(Billing.get, { id: "getBilling", summary: "See how an organization pays" }))
  .post(
    "/preview",
    command(Seats.preview, { id: "previewSeatChange", summary: "Ask what other seats, or another plan, cost now" }),
  )
  .post(
    "/resize",
    command(Seats.resize, { id: "changeSeats", summary: "Change seats or plan, for the price that was shown" }),
  )
  .post(
    "/checkout",
    command(Checkout.checkout, { id: "createCheckout", summary: "Begin to buy a plan, and get the page to pay on" }),
  )
  .post(
    "/confirm",
    command(Checkout.confirm, {
      id: "confirmCheckout",
      summary: "See what has become of a checkout, back from its page",
    }),
  )
  .post(
    "/cancel",
    command(Manage.cancel, { id: "cancelSubscription", summary: "Let the subscription end with its period" }),
  )
  .post("/resume", command(Manage.resume, { id: "resumeSubscription", summary: "Let it go on after all" }))
  .post("/discount", command(Manage.discount, { id: "applyDiscount", summary: "Take a code for a discount" }))
  .post(
    "/portal",
    command(Manage.portal, { id: "createBillingPortal", summary: "Get the page for cards, address and tax ids" }),
  )
  .get("/invoices", query(Manage.invoices, { id: "listInvoices", summary: "List invoices, newest first" }));
