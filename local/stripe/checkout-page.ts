import { type Html, html } from "@muster/local-base/html.ts";
import { sendOn } from "@muster/local-base/response.ts";
import { day, timeOf } from "./account.ts";
import { money } from "./amount.ts";
import { factsOf, get, lineItems } from "./checkout.ts";
import * as Submit from "./checkout-submit.ts";
import { daysOf, debits, hintOf, nameOf } from "./debit-account.ts";
import {
  alert,
  cardFields,
  cardOf,
  dateOf,
  every,
  field,
  handleForm,
  question,
  sendPage,
  testCardList,
  type Visit,
} from "./page.ts";
import { invalid } from "./refusal.ts";
import type { Debit } from "./state.ts";
import type { CheckoutSession, Objects } from "./wire.ts";

/** `/c/pay/<session>`: what is bought, the card, and the bank's authentication. */
export function serveCheckout(visit: Visit, id: string, step: string | undefined): void {
  const session = get(visit.account, id);
  if (session.status !== "open") showClosed(visit, session);
  else if (visit.request.method === "POST") {
    handleForm(
      visit,
      () => take(visit, session, step),
      (refusal) => show(visit, session, refusal),
    );
  } else if (factsOf(visit.account, session).waiting) showQuestion(visit, session);
  else show(visit, session);
}

function take({ account, form }: Visit, session: CheckoutSession, step: string | undefined): string {
  const here = `/c/pay/${session.id}`;
  if (step === "quantity") Submit.setQuantities(account, session, form.getAll("quantity").map(Number));
  else if (step === "code") Submit.applyCode(account, session, form.get("code") ?? "");
  else if (step === "no-code") Submit.dropCode(account, session);
  else if (step === "authenticate") {
    Submit.authenticate(account, session, form.get("answer") === "yes");
    return successOf(session);
  } else if (step === undefined) {
    const [number] = debits.flatMap((debit) => form.get(`account_${debit}`) ?? []);
    const card = number ?? cardOf(form, timeOf(account, session.customer));
    return Submit.submit(account, session, typed(card, form)) === "complete" ? successOf(session) : here;
  } else throw invalid("There is no such step.");
  return here;
}

function typed(card: string, form: URLSearchParams): Submit.Typed {
  const text = (name: string) => form.get(name)?.trim() || undefined;
  const [country, postalCode, vat] = [text("country"), text("postal_code"), text("tax_id")];
  return {
    card,
    email: text("email"),
    name: text("name"),
    ...(country && { address: { country, ...(postalCode && { postal_code: postalCode }) } }),
    ...(vat && { taxId: { type: /^\d\d-/.test(vat) ? ("us_ein" as const) : ("eu_vat" as const), value: vat } }),
  };
}

const successOf = ({ success_url, id }: CheckoutSession): string =>
  (success_url ?? `/c/pay/${id}`).replaceAll("{CHECKOUT_SESSION_ID}", id);

function show(visit: Visit, session: CheckoutSession, refusal?: string): void {
  const { account, response } = visit;
  const items = lineItems(account, session);
  const { trialDays } = factsOf(account, session);
  const name = items[0]?.description ?? "your plan";
  const back = session.cancel_url ? html`<a class="back" href="${session.cancel_url}">← Back</a>` : undefined;
  const body = html`${back}<div class="columns">
<section aria-labelledby="what">
<h1 id="what">Subscribe to ${name}</h1>
${shownPrice(session, items)}
${trialDays === null ? undefined : html`<p>Free for ${trialDays} days, then the price above from ${dateOf(timeOf(account, session.customer) + trialDays * day)}.</p>`}
${shownItems(session, items)}
${shownCode(session)}
</section>
<section aria-labelledby="how">
<h2 id="how">Pay</h2>
${alert(refusal)}
${session.payment_method_types.includes("card") ? shownForm(visit, session) : undefined}
${debits.flatMap((debit) => (session.payment_method_types.includes(debit) ? shownDebit(session, debit) : []))}
${testCardList()}
</section>
</div>`;
  sendPage(response, {
    title: "Checkout",
    body,
    leadsTo: [session.success_url],
    ...(refusal !== undefined && { status: 402 }),
  });
}

function shownPrice(session: CheckoutSession, items: Objects["item"][]): Html {
  const price = items[0]?.price;
  const whole = items.reduce((sum, item) => sum + (item.price?.unit_amount ?? 0) * (item.quantity ?? 1), 0);
  return html`<p class="price">${money(whole, session.currency ?? "usd")} <small>${price ? every(price) : ""}</small></p>`;
}

function shownItems(session: CheckoutSession, items: Objects["item"][]): Html {
  const currency = session.currency ?? "usd";
  const off = session.total_details?.amount_discount ?? 0;
  const tax = session.total_details?.amount_tax ?? 0;
  const sums = html`<table class="sums"><caption class="quiet">What you pay today</caption><tbody>
${items.map((item) => html`<tr><th scope="row">${item.description ?? ""}<br><span class="quiet">${item.quantity ?? 1} × ${money(item.price?.unit_amount ?? 0, currency)}</span></th><td>${money(item.amount_subtotal, currency)}</td></tr>`)}
<tr><th scope="row">Subtotal</th><td>${money(session.amount_subtotal ?? 0, currency)}</td></tr>
${off > 0 ? html`<tr><th scope="row">Discount</th><td>−${money(off, currency)}</td></tr>` : undefined}
${tax > 0 ? html`<tr><th scope="row">Tax</th><td>${money(tax, currency)}</td></tr>` : undefined}
<tr class="total"><th scope="row">Total due today</th><td>${money(session.amount_total ?? 0, currency)}</td></tr>
</tbody></table>`;
  return html`${sums}${items.flatMap((item) => adjuster(session, item) ?? [])}`;
}

function adjuster(
  { id }: CheckoutSession,
  { adjustable_quantity: range, quantity }: Objects["item"],
): Html | undefined {
  if (!range) return undefined;
  const [minimum, maximum] = [range.minimum ?? 0, range.maximum ?? 0];
  return html`<form class="card" method="post" action="/c/pay/${id}/quantity"><div class="row">
<div class="field"><label for="quantity">Quantity, from ${minimum} to ${maximum}</label>
<input id="quantity" name="quantity" type="number" min="${minimum}" max="${maximum}" value="${quantity ?? 1}" required></div>
<button class="plain">Update</button></div></form>`;
}

function shownCode({ id, allow_promotion_codes, discounts }: CheckoutSession): Html | undefined {
  if (discounts?.length) {
    return html`<form class="card row" method="post" action="/c/pay/${id}/no-code"><span class="good">Discount applied</span>${allow_promotion_codes ? html`<button class="plain">Remove</button>` : undefined}</form>`;
  }
  if (!allow_promotion_codes) return undefined;
  return html`<form class="card" method="post" action="/c/pay/${id}/code"><div class="row">
${field({ name: "code", label: "Promotion code", required: true })}<button class="plain">Apply</button></div></form>`;
}

function shownDebit(session: CheckoutSession, debit: Debit): Html {
  const hint = hintOf(debit);
  return html`<details><summary>${nameOf(debit)}</summary><form class="card" method="post" action="/c/pay/${session.id}">
${field({ name: `account_${debit}`, label: "Account number or IBAN", hint, required: true })}
<p class="quiet">The bank takes up to ${daysOf(debit)} business days.</p><button>Subscribe by ${nameOf(debit)}</button></form></details>`;
}

function shownForm({ account }: Visit, session: CheckoutSession): Html {
  const email = account.state.customers.get(session.customer ?? "")?.email ?? session.customer_email;
  const asksAddress = session.billing_address_collection === "required" || session.automatic_tax.enabled;
  return html`<form class="card" method="post" action="/c/pay/${session.id}">
${email ? html`<p class="quiet">${email}</p>` : field({ name: "email", label: "Email", type: "email", autocomplete: "email", required: true })}
${cardFields()}
${field({ name: "name", label: "Name on the card", autocomplete: "cc-name" })}
${asksAddress ? html`<div class="fields">${field({ name: "country", label: "Country (two letters)", autocomplete: "country", required: true })}${field({ name: "postal_code", label: "Postal code", autocomplete: "postal-code" })}</div>` : undefined}
${session.tax_id_collection?.enabled ? field({ name: "tax_id", label: "Tax id (optional)", hint: "DE123456789" }) : undefined}
<button>Subscribe</button>
</form>`;
}

function showQuestion({ response }: Visit, session: CheckoutSession): void {
  const body = question(`/c/pay/${session.id}/authenticate`);
  sendPage(response, { title: "Authentication", body, leadsTo: [session.success_url] });
}

function showClosed({ request, response }: Visit, session: CheckoutSession): void {
  if (request.method === "POST" && session.status === "complete") return sendOn(response, successOf(session));
  const paid = session.status === "complete";
  const on = paid ? successOf(session) : session.cancel_url;
  const body = html`<div class="narrow card"><h1>${paid ? "You have paid" : "This checkout has expired"}</h1>
<p>${paid ? "This checkout is complete, and is not paid twice." : "Nothing was charged. Begin again where you came from."}</p>
${on && paid === Boolean(session.success_url && paid) ? html`<p><a href="${on}">${paid ? "Continue" : "Back"}</a></p>` : undefined}</div>`;
  sendPage(response, { title: paid ? "Paid" : "Expired", body, status: paid ? 200 : 410 });
}
