import { type Html, html } from "@muster/local-base/html.ts";
import { money } from "./amount.ts";
import * as Customer from "./customer.ts";
import {
  alert,
  cardFields,
  cardOf,
  dateOf,
  every,
  field,
  handleForm,
  sendPage,
  testCardList,
  type Visit,
} from "./page.ts";
import * as Portal from "./portal.ts";
import { invalid } from "./refusal.ts";
import type { Customer as CustomerObject, Invoice, PortalSession } from "./wire.ts";

const addressFields = [
  ["line1", "Street", "address-line1"],
  ["line2", "Street, second line", "address-line2"],
  ["postal_code", "Postal code", "postal-code"],
  ["city", "City", "address-level2"],
  ["state", "State or region", "address-level1"],
  ["country", "Country (two letters)", "country"],
] as const;

const taxIdTypes = { eu_vat: "EU VAT", gb_vat: "UK VAT", us_ein: "US EIN", ch_vat: "Swiss VAT" } as const;

/** `/p/session/<session>`: card, address, tax ids and invoices of a customer. */
export function servePortal(visit: Visit, id: string, step: string | undefined, which: string | undefined): void {
  const session = Portal.get(visit.account, id);
  if (visit.request.method !== "POST") return show(visit, session);
  handleForm(
    visit,
    () => {
      take(visit, session, step, which);
      return session.flow?.after_completion.redirect?.return_url ?? `/p/session/${id}`;
    },
    (refusal) => show(visit, session, refusal),
  );
}

function take(
  { account, form }: Visit,
  session: PortalSession,
  step: string | undefined,
  which: string | undefined,
): void {
  const { customer } = session;
  const { payment_method_update: card, customer_update: details } = Portal.featuresOf(account, session);
  const may = (what: string) => details.enabled && details.allowed_updates.includes(what);
  const text = (name: string) => form.get(name)?.trim() ?? "";
  if (step === "card" && card.enabled) {
    Portal.setCard(account, session, cardOf(form, Portal.timeShown(account, session)));
  } else if (step === "details" && details.enabled) {
    const address = Object.fromEntries(addressFields.map(([name]) => [name, text(name)]));
    Customer.update(
      account,
      {
        ...(may("name") && { name: text("name") }),
        ...(may("email") && { email: text("email") }),
        ...(may("phone") && { phone: text("phone") }),
        ...(may("address") && { address }),
      },
      customer,
    );
  } else if (step === "tax-id" && may("tax_id")) {
    if (which) Customer.removeTaxId(account, {}, customer, which);
    else Customer.createTaxId(account, { type: typeOf(text("type")), value: text("value") }, customer);
  } else throw invalid("This portal does not allow that.");
}

function typeOf(name: string): keyof typeof taxIdTypes {
  const found = (Object.keys(taxIdTypes) as (keyof typeof taxIdTypes)[]).find((one) => one === name);
  if (!found) throw invalid("Choose the kind of your tax id.");
  return found;
}

function show(visit: Visit, session: PortalSession, refusal?: string): void {
  const { account, response } = visit;
  const customer = Customer.get(account, session.customer);
  const { payment_method_update, customer_update, invoice_history } = Portal.featuresOf(account, session);
  const back = session.return_url
    ? html`<a class="back" href="${session.return_url}">← Return to Muster</a>`
    : undefined;
  if (session.flow) {
    const flow = html`${back}<div class="narrow">${alert(refusal)}${shownCard(visit, session, customer)}</div>`;
    const leadsTo = [session.flow?.after_completion.redirect?.return_url ?? null];
    return sendPage(response, { title: "Payment method", body: flow, leadsTo, ...(refusal && { status: 400 }) });
  }
  const body = html`${back}<div class="narrow">
<h1>Billing of ${customer.name || customer.email || "this customer"}</h1>
<p class="quiet">Your card, your address, your invoices.</p>
${alert(refusal)}
${shownPlans(visit, customer)}
${payment_method_update.enabled ? shownCard(visit, session, customer) : undefined}
${customer_update.enabled ? shownDetails(session, customer, customer_update.allowed_updates) : undefined}
${customer_update.allowed_updates.includes("tax_id") ? shownTaxIds(visit, session) : undefined}
${invoice_history.enabled ? shownInvoices(Portal.invoicesOf(account, customer.id)) : undefined}
</div>`;
  sendPage(response, { title: "Billing", body, ...(refusal !== undefined && { status: 400 }) });
}

function shownPlans({ account }: Visit, { id }: CustomerObject): Html {
  const subscriptions = [...account.state.subscriptions.values()].filter((one) => one.customer === id && !one.ended_at);
  const rows = subscriptions.flatMap(({ items, status, currency, cancel_at_period_end: ends }) =>
    items.data.map(
      ({ price, quantity = 1, current_period_end }) => html`<li>
<strong>${account.state.products.get(price.product)?.name ?? "Plan"}</strong>: ${quantity} × ${money(price.unit_amount ?? 0, currency)} ${every(price)}
<br><span class="quiet">${status.replace("_", " ")}, ${ends ? "ends" : "renews"} on ${dateOf(current_period_end)}</span></li>`,
    ),
  );
  return html`<section class="card" aria-labelledby="plans"><h2 id="plans">Plan</h2>
${rows.length > 0 ? html`<ul class="list">${rows}</ul>` : html`<p class="quiet">No plan.</p>`}</section>`;
}

function shownCard({ account }: Visit, { id, flow }: PortalSession, customer: CustomerObject): Html {
  const usual = [...account.state.subscriptions.values()].findLast(
    (one) => one.customer === customer.id && !one.ended_at,
  );
  const method = usual?.default_payment_method ?? customer.invoice_settings.default_payment_method;
  const card = account.state.paymentMethods.get(method ?? "")?.card;
  const now = card
    ? html`<p>${card.brand} ending in ${card.last4}, expires ${card.exp_month} / ${card.exp_year}</p>`
    : html`<p class="quiet">No card yet.</p>`;
  return html`<section class="card" aria-labelledby="method">${flow ? html`<h1 id="method">Payment method</h1>` : html`<h2 id="method">Payment method</h2>`}${now}
<details${flow ? html` open` : undefined}><summary>Use another card</summary><form method="post" action="/p/session/${id}/card">${cardFields()}<button>Save card</button></form></details>
${testCardList()}</section>`;
}

function shownDetails({ id }: PortalSession, customer: CustomerObject, allowed: string[]): Html {
  const { name, email, phone, address } = customer;
  const one = (may: string, row: Html) => (allowed.includes(may) ? row : undefined);
  return html`<section class="card" aria-labelledby="details"><h2 id="details">Billing address</h2>
<form method="post" action="/p/session/${id}/details">
${one("name", field({ name: "name", label: "Name", value: name, autocomplete: "organization" }))}
${one("email", field({ name: "email", label: "Email", type: "email", value: email, autocomplete: "email" }))}
${one("phone", field({ name: "phone", label: "Phone", type: "tel", value: phone, autocomplete: "tel" }))}
${one("address", html`${addressFields.map(([key, label, autocomplete]) => field({ name: key, label, value: address?.[key], autocomplete }))}`)}
<button class="plain">Save address</button></form></section>`;
}

function shownTaxIds({ account }: Visit, { id, customer }: PortalSession): Html {
  const taxIds = Customer.taxIdsOf(account, customer).map(
    (
      one,
    ) => html`<li><form class="row" method="post" action="/p/session/${id}/tax-id/${one.id}"><span>${one.value} <span class="quiet">${one.type}</span></span>
<button class="plain" aria-label="Remove ${one.value}">Remove</button></form></li>`,
  );
  return html`<section class="card" aria-labelledby="taxes"><h2 id="taxes">Tax ids</h2>
${taxIds.length > 0 ? html`<ul class="list">${taxIds}</ul>` : html`<p class="quiet">None.</p>`}
<form method="post" action="/p/session/${id}/tax-id"><div class="fields">
<div class="field"><label for="type">Kind</label><select id="type" name="type">${Object.entries(taxIdTypes).map(([type, text]) => html`<option value="${type}">${text}</option>`)}</select></div>
${field({ name: "value", label: "Number", hint: "DE123456789", required: true })}</div>
<button class="plain">Add tax id</button></form></section>`;
}

function shownInvoices(invoices: Invoice[]): Html {
  const rows = invoices.map(
    ({
      id,
      number,
      created,
      total,
      currency,
      status,
    }) => html`<tr><th scope="row"><a href="/i/${id}">${number ?? "Draft"}</a><br><span class="quiet">${dateOf(created)}, ${status ?? ""}</span></th>
<td>${money(total, currency)}<br><a href="/i/${id}/pdf" aria-label="PDF of ${number ?? id}">PDF</a></td></tr>`,
  );
  return html`<section class="card" aria-labelledby="invoices"><h2 id="invoices">Invoices</h2>
${rows.length > 0 ? html`<table class="sums"><tbody>${rows}</tbody></table>` : html`<p class="quiet">No invoices yet.</p>`}</section>`;
}
