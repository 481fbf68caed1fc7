import { changeAutomaticSeats } from "@muster/core/billing/automatic/automatic.ts";
import * as Billing from "@muster/core/billing/billing.ts";
import * as Checkout from "@muster/core/billing/checkout.ts";
import { exportPart } from "@muster/core/billing/ledger/export.ts";
import * as Ledger from "@muster/core/billing/ledger/ledger.ts";
import * as Months from "@muster/core/billing/ledger/months.ts";
import * as Manage from "@muster/core/billing/manage.ts";
import { refundPayment } from "@muster/core/billing/refund.ts";
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
  /** Get the billing of an organization. */
  .get("/", query(Billing.get, { id: "getBilling" }))
  /**
   * Preview the price of a change. Returns what Stripe would charge now and with the next invoice. Send its `quote`
   * with `changeSeats` within {billing.quoteMinutes} minutes, or {billing.planQuoteMinutes} for another plan.
   */
  .post("/preview", command(Seats.preview, { id: "previewSeatChange" }))
  /**
   * Change seats or plan. More seats are added when they are paid; fewer take effect immediately. With a `quote`,
   * only at its price. A change that Stripe declines fails, and nothing is changed.
   */
  .post("/resize", command(Seats.resize, { id: "changeSeats" }))
  /**
   * Change automatic seats. Up to this limit, seats are added and charged in the background, whenever fewer are free
   * than are kept so, and for requests of members. Seats that nobody uses are removed {billing.lowerSeatsHours} hours
   * before each period, unless someone has changed seats, or requested some that they got or wait for, in the
   * {billing.unchangedDays} days before. Those in use or held by invitations stay.
   */
  .post("/automatic-seats", command(changeAutomaticSeats, { id: "changeAutomaticSeats" }))
  /**
   * Create a checkout session. Returns the page of Stripe on which to pay. It works for {billing.checkoutHours}
   * hours. An organization has one open checkout: a new one ends the previous one.
   */
  .post("/checkout", command(Checkout.checkout, { id: "createCheckout" }))
  /**
   * Confirm a checkout. Reads the result of a checkout from Stripe. Call it when the buyer returns from Stripe's
   * page.
   */
  .post("/confirm", command(Checkout.confirm, { id: "confirmCheckout" }))
  /** Cancel the subscription. It ends with the paid period. Until then it can be resumed. */
  .post("/cancel", command(Manage.cancel, { id: "cancelSubscription" }))
  /** Resume a canceled subscription. Before it has ended. */
  .post("/resume", command(Manage.resume, { id: "resumeSubscription" }))
  /** Apply a promotion code. A discount that is in force is replaced only with `replace`. */
  .post("/discount", command(Manage.discount, { id: "applyDiscount" }))
  /**
   * Refund a payment that bought nothing. One of `unusedPayments`, to the card, or to the balance that the next
   * invoices use.
   */
  .post("/refund", command(refundPayment, { id: "refundPayment" }))
  /**
   * Create a billing portal session. Returns the page of Stripe for payment methods, invoices, address, and tax ids.
   */
  .post("/portal", command(Manage.portal, { id: "createBillingPortal" }))
  /** List requests for seats. Those that are not decided, in the order of the ids of their authors. */
  .get("/seat-requests", query(Requests.listSeatRequests, { id: "listSeatRequests" }))
  /**
   * Request seats. Notifies owners and admins, who can buy them, unless automatic seats allow for it. A member has
   * one open request, which expires after {billing.requestDays} days.
   */
  .post("/seat-requests", command(Requests.requestSeats, { id: "requestSeats", status: 201 }))
  /** Get your last request for seats. */
  .get("/seat-requests/own", query(Requests.getSeatRequest, { id: "getOwnSeatRequest" }))
  /** Revoke your request for seats. */
  .post("/seat-requests/revoke", command(Requests.revokeSeatRequest, { id: "revokeSeatRequest" }))
  /**
   * Approve a request for seats. Buys the seats at the price of the `quote`. Of several approvals of a request, one
   * is charged, and the others fail.
   */
  .post("/seat-requests/approve", command(approveSeatRequest, { id: "approveSeatRequest", filters: ["account"] }))
  /** Decline a request for seats. Its author is notified. */
  .post(
    "/seat-requests/decline",
    command(Requests.declineSeatRequest, { id: "declineSeatRequest", filters: ["account"] }),
  )
  /**
   * Get the upcoming invoice. Returns what will be charged next if nothing changes until then, or why there is
   * nothing.
   */
  .get("/upcoming-invoice", query(Upcoming.upcoming, { id: "getUpcomingInvoice" }))
  /**
   * Get unused time. Returns what would be left of the paid period if the organization was deleted now, and whether that
   * is credited.
   */
  .get("/unused-time", query(Upcoming.unusedTime, { id: "getUnusedTime" }))
  /** List invoices. Newest first. */
  .get("/invoices", query(Manage.invoices, { id: "listInvoices" }))
  /**
   * List invoices with the changes behind them. Newest first. Each line names the change of seats that it is for, and
   * who requested it.
   */
  .get("/ledger", query(Ledger.ledger, { id: "listLedger" }))
  /**
   * List months. Returns what was paid, refunded, and disputed in each month, newest first: the sum of a month is that of
   * Stripe's balance transactions, before Stripe's fees. A refund or a dispute is in the month in which it was made.
   */
  .get("/ledger/months", query(Months.months, { id: "listLedgerMonths" }))
  /**
   * Export the seat ledger. A CSV file, in parts. Follow the `Link` header to the next part; one after the other,
   * they are the file.
   */
  .get("/ledger/export", download(exportPart, { id: "exportLedger", ...csvFile("ledger") }));
