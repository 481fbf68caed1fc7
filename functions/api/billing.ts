import * as Billing from "@muster/core/billing/billing.ts";
import * as Checkout from "@muster/core/billing/checkout.ts";
import * as Manage from "@muster/core/billing/manage.ts";
import * as Seats from "@muster/core/billing/seats.ts";
import { Hono } from "hono/quick";
import type { Env } from "./env.ts";
import { command, query } from "./operation.ts";

/** Under an organization. */
export const billing = new Hono<Env>()
  .get("/", query(Billing.get, { id: "getBilling", summary: "Get the billing of an organization" }))
  .post("/preview", command(Seats.preview, { id: "previewSeatChange", summary: "Preview the price of a change" }))
  .post("/resize", command(Seats.resize, { id: "changeSeats", summary: "Change seats or plan at the quoted price" }))
  .post("/checkout", command(Checkout.checkout, { id: "createCheckout", summary: "Create a checkout session" }))
  .post(
    "/confirm",
    command(Checkout.confirm, {
      id: "confirmCheckout",
      summary: "Confirm a checkout after its page",
    }),
  )
  .post(
    "/cancel",
    command(Manage.cancel, { id: "cancelSubscription", summary: "Cancel the subscription at the end of its period" }),
  )
  .post("/resume", command(Manage.resume, { id: "resumeSubscription", summary: "Resume a canceled subscription" }))
  .post("/discount", command(Manage.discount, { id: "applyDiscount", summary: "Apply a promotion code" }))
  .post(
    "/portal",
    command(Manage.portal, {
      id: "createBillingPortal",
      summary: "Create a portal session for cards, address, and tax ids",
    }),
  )
  .get("/invoices", query(Manage.invoices, { id: "listInvoices", summary: "List invoices, newest first" }));
