import { html } from "@muster/local-base/html.ts";
import { send } from "@muster/local-base/response.ts";
import { day } from "./account.ts";
import { money } from "./amount.ts";
import { serveCheckout } from "./checkout-page.ts";
import { serveInvoice } from "./invoice-page.ts";
import { dateOf, field, handleForm, sendPage, styleSheetPath, type Visit } from "./page.ts";
import { styleSheet } from "./page-style.ts";
import { servePortal } from "./portal-page.ts";
import { invalid, Refusal } from "./refusal.ts";

const steps = [
  [1 / 24, "1 hour"],
  [1, "1 day"],
  [7, "1 week"],
  [31, "31 days"],
] as const;
const maxDays = 3_660;

/** Serves the pages for people: hosted checkout, portal and invoices, and the clock of the account. */
export function servePage(visit: Visit): void {
  const [path = "/"] = (visit.request.url ?? "/").split("?");
  if (path === styleSheetPath) return send(visit.response, 200, "text/css; charset=utf-8", styleSheet);
  try {
    serveRoom(visit, path.split("/").filter(Boolean));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    showMissing(visit);
  }
}

function serveRoom(visit: Visit, [room, first = "", second, third, fourth]: string[]): void {
  if (room === undefined) return showOverview(visit);
  if (room === "clock") return serveClock(visit);
  if (room === "c" && first === "pay") return serveCheckout(visit, second ?? "", third);
  if (room === "p" && first === "session") return servePortal(visit, second ?? "", third, fourth);
  if (room === "i") return serveInvoice(visit, first, second);
  showMissing(visit);
}

function showOverview({ account, response }: Visit): void {
  const { state } = account;
  const subscriptions = [...state.subscriptions.values()].toReversed().slice(0, 50);
  const open = [...state.sessions.values()].filter(({ status }) => status === "open").toReversed();
  const events = [...state.events.values()].toReversed().slice(0, 30);
  const rows = subscriptions.map(({ id, customer, status, items, currency, latest_invoice }) => {
    const [item] = items.data;
    const owner = state.customers.get(customer);
    return html`<li><strong>${owner?.name || owner?.email || customer}</strong> ${status.replace("_", " ")}, ${item?.quantity ?? 0} × ${money(item?.price.unit_amount ?? 0, currency)}
<br><span class="quiet">${id}, until ${dateOf(item?.current_period_end ?? 0)}${latest_invoice ? html` · <a href="/i/${latest_invoice}">latest invoice</a>` : undefined}</span></li>`;
  });
  const none = html`<p class="quiet">None yet.</p>`;
  const body = html`<h1>Stripe on this machine</h1><p class="quiet">A stand-in. It is ${dateOf(account.now())}. <a href="/clock">Move its clock</a></p>
<div class="columns"><section class="card" aria-labelledby="subscriptions"><h2 id="subscriptions">Subscriptions</h2>${rows.length > 0 ? html`<ul class="list">${rows}</ul>` : none}
<h2>Open checkouts</h2>${open.length > 0 ? html`<ul class="list">${open.map(({ id }) => html`<li><a href="/c/pay/${id}">${id}</a></li>`)}</ul>` : none}</section>
<section class="card" aria-labelledby="events"><h2 id="events">Events</h2>${events.length > 0 ? html`<ul class="list">${events.map(({ type, created }) => html`<li>${type}<br><span class="quiet">${new Date(created * 1_000).toISOString()}</span></li>`)}</ul>` : none}</section></div>`;
  sendPage(response, { title: "Overview", body });
}

function serveClock(visit: Visit): void {
  if (visit.request.method !== "POST") return showClock(visit);
  handleForm(
    visit,
    () => {
      const days = Number(visit.form.get("days"));
      if (!(days > 0 && days <= maxDays)) throw invalid(`Choose from 1 to ${maxDays} days.`);
      visit.advance(Math.round(days * day));
      return "/clock";
    },
    () => showClock(visit),
  );
}

function showClock({ account, response }: Visit): void {
  const now = new Date(account.now() * 1_000).toISOString().slice(0, 16).replace("T", " ");
  const body = html`<a class="back" href="/">← Overview</a><div class="narrow card"><h1>Clock</h1>
<p>It is <strong>${now} UTC</strong> here. Renewals, trials and retries happen as the clock passes them. It only moves forwards.</p>
<form method="post" action="/clock" class="actions">${steps.map(([days, text]) => html`<button class="plain" name="days" value="${days}">Move by ${text}</button>`)}</form></div>
<div class="narrow card"><form method="post" action="/clock"><div class="row">${field({ name: "days", label: "Days", type: "number", value: "365", required: true })}<button>Move</button></div></form></div>`;
  sendPage(response, { title: "Clock", body });
}

function showMissing({ response }: Visit): void {
  const body = html`<div class="narrow card"><h1>Nothing here</h1><p>There is no page at this address, or it can no longer be used.</p></div>`;
  sendPage(response, { title: "Nothing here", status: 404, body });
}
