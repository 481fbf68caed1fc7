import { changeAutomaticSeats } from "@muster/core/billing/automatic/automatic.ts";
import * as Billing from "@muster/core/billing/billing.ts";
import * as Checkout from "@muster/core/billing/checkout.ts";
import { exportPart } from "@muster/core/billing/ledger/export.ts";
import * as Ledger from "@muster/core/billing/ledger/ledger.ts";
import * as Manage from "@muster/core/billing/manage.ts";
import { approveSeatRequest } from "@muster/core/billing/requests/approve.ts";
import * as Requests from "@muster/core/billing/requests/requests.ts";
import * as Seats from "@muster/core/billing/seats.ts";
import * as Upcoming from "@muster/core/billing/upcoming.ts";
import { Hono } from "hono/quick";
import { csvFile } from "./csv.ts";
import type { Env } from "./env.ts";
import { command, download, query } from "./operation.ts";

/** Under an organization. */
export const billing = new Hono<Env>()
  .get("/", query(Billing.get, { id: "getBilling" }))
  .post("/preview", command(Seats.preview, { id: "previewSeatChange" }))
  .post("/resize", command(Seats.resize, { id: "changeSeats" }))
  .post("/automatic-seats", command(changeAutomaticSeats, { id: "changeAutomaticSeats" }))
  .post("/checkout", command(Checkout.checkout, { id: "createCheckout" }))
  .post("/confirm", command(Checkout.confirm, { id: "confirmCheckout" }))
  .post("/cancel", command(Manage.cancel, { id: "cancelSubscription" }))
  .post("/resume", command(Manage.resume, { id: "resumeSubscription" }))
  .post("/discount", command(Manage.discount, { id: "applyDiscount" }))
  .post("/portal", command(Manage.portal, { id: "createBillingPortal" }))
  .get("/seat-requests", query(Requests.listSeatRequests, { id: "listSeatRequests" }))
  .post("/seat-requests", command(Requests.requestSeats, { id: "requestSeats", status: 201 }))
  .get("/seat-requests/own", query(Requests.getSeatRequest, { id: "getOwnSeatRequest" }))
  .post("/seat-requests/revoke", command(Requests.revokeSeatRequest, { id: "revokeSeatRequest" }))
  .post("/seat-requests/approve", command(approveSeatRequest, { id: "approveSeatRequest", filters: ["account"] }))
  .post(
    "/seat-requests/decline",
    command(Requests.declineSeatRequest, { id: "declineSeatRequest", filters: ["account"] }),
  )
  .get("/upcoming-invoice", query(Upcoming.upcoming, { id: "getUpcomingInvoice" }))
  .get("/invoices", query(Manage.invoices, { id: "listInvoices" }))
  .get("/ledger", query(Ledger.ledger, { id: "listLedger" }))
  .get("/ledger/export", download(exportPart, { id: "exportLedger", ...csvFile("ledger") }));
