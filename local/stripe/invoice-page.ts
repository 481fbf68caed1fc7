import { type Html, html } from "@muster/local-base/html.ts";
import { send } from "@muster/local-base/response.ts";
import { timeOf } from "./account.ts";
import { money } from "./amount.ts";
import * as Card from "./card.ts";
import { authenticationFailed } from "./checkout-submit.ts";
import { collect } from "./collect.ts";
import * as Customer from "./customer.ts";
import * as Dispute from "./dispute.ts";
import { get, linesOf, subscriptionOf } from "./invoice.ts";
import { alert, cardFields, cardOf, dateOf, handleForm, question, sendPage, testCardList, type Visit } from "./page.ts";
import { pdfOf } from "./pdf.ts";
import { chargeOf } from "./refund.ts";
import { invalid } from "./refusal.ts";
import type { Invoice } from "./wire.ts";

/** `/i/<invoice>`: the amount due, with a form to pay it, or to dispute it; `/pdf` for the customer's files. */
export function serveInvoice(visit: Visit, id: string, step: string | undefined): void {
  const invoice = get(visit.account, id);
  if (step === "pdf") return sendPdf(visit, invoice);
  if (visit.request.method === "POST") {
    handleForm(
      visit,
      () => (step === "dispute" ? dispute(visit, invoice) : take(visit, invoice, step)),
      (refusal) => show(visit, invoice, refusal),
    );
  } else if (step === "authenticate") showQuestion(visit, invoice);
  else show(visit, invoice);
}

function take({ account, form }: Visit, invoice: Invoice, step: string | undefined): string {
  const here = `/i/${invoice.id}`;
  if (invoice.status !== "open") throw invalid(`This invoice is ${invoice.status}.`);
  const customer = invoice.customer ?? "";
  if (step === "authenticate") {
    if (form.get("answer") !== "yes") throw authenticationFailed();
    const method = Card.owned(account, form.get("method") ?? "", customer, "payment_method");
    const outcome = collect(account, invoice, { method, confirmed: true });
    if (!outcome.paid && !outcome.processing) throw outcome.error;
    return here;
  }
  const usual = Card.defaultOf(Customer.get(account, customer), subscriptionOf(account, invoice));
  const method = form.has("usual") && usual ? usual : typedCard(account, form, customer);
  const outcome = collect(account, invoice, { method });
  if (!outcome.paid && outcome.action) return `${here}/authenticate?method=${method}`;
  if (!outcome.paid && !outcome.processing) throw outcome.error;
  return here;
}

const evidences = { won: "winning_evidence", lost: "losing_evidence" } as const;

/** Acts as the bank of the payer, which disputes the payment, and then decides. */
function dispute({ account, form }: Visit, { id }: Invoice): string {
  const open = openDispute(account, id);
  const answer = form.get("answer");
  if (!open) Dispute.open(account, id);
  else if (answer === "won" || answer === "lost") {
    Dispute.update(account, { evidence: { uncategorized_text: evidences[answer] } }, open.id);
  }
  return `/i/${id}`;
}

const openDispute = ({ state }: Visit["account"], invoice: string) =>
  [...state.disputes.values()].find(
    (one) => one.charge === `ch_${invoice.slice(3)}` && one.status === "needs_response",
  );

function typedCard(account: Visit["account"], form: URLSearchParams, customer: string): string {
  const method = Card.typedCard(account, cardOf(form, timeOf(account, customer)), null);
  return Card.attach(account, method.id, customer).id;
}

function show(visit: Visit, invoice: Invoice, refusal?: string): void {
  const { number, id, currency, status, amount_due } = invoice;
  const body = html`<div class="narrow">
<h1>Invoice ${number ?? ""}</h1>
<p class="price">${money(amount_due, currency)} <small class="${status === "paid" ? "good" : ""}">${status ?? ""}</small></p>
${alert(refusal)}
<section class="card" aria-labelledby="lines"><h2 id="lines">${dateOf(invoice.created)}</h2>${shownLines(visit, invoice)}
<p><a href="/i/${id}/pdf">Download PDF</a></p></section>
${status === "open" ? shownForm(visit, invoice) : shownDispute(visit, invoice)}
</div>`;
  sendPage(visit.response, { title: `Invoice ${number ?? ""}`, body, ...(refusal !== undefined && { status: 402 }) });
}

function shownLines({ account }: Visit, invoice: Invoice): Html {
  const { currency, subtotal, total, starting_balance, amount_due, total_discount_amounts } = invoice;
  const off = (total_discount_amounts ?? []).reduce((sum, { amount }) => sum + amount, 0);
  const row = (label: string, amount: number) =>
    html`<tr><th scope="row">${label}</th><td>${money(amount, currency)}</td></tr>`;
  return html`<table class="sums"><tbody>
${linesOf(account, invoice).map(({ description, amount }) => row(description ?? "", amount))}
${row("Subtotal", subtotal)}
${off > 0 ? row("Discount", -off) : undefined}
${row("Total", total)}
${starting_balance === 0 ? undefined : row("Previous balance", starting_balance)}
<tr class="total"><th scope="row">Amount due</th><td>${money(amount_due, currency)}</td></tr>
</tbody></table>`;
}

function shownForm({ account }: Visit, invoice: Invoice): Html {
  const method = Card.defaultOf(Customer.get(account, invoice.customer ?? ""), subscriptionOf(account, invoice));
  const card = account.state.paymentMethods.get(method ?? "")?.card;
  const usual = card
    ? html`<form class="card" method="post" action="/i/${invoice.id}"><button name="usual" value="1">Pay with ${card.brand} ending in ${card.last4}</button></form>`
    : undefined;
  return html`${usual}<section class="card" aria-labelledby="pay"><h2 id="pay">Pay with another card</h2>
<form method="post" action="/i/${invoice.id}">${cardFields()}<button>Pay ${money(invoice.amount_due, invoice.currency)}</button></form></section>
${testCardList()}`;
}

function shownDispute({ account }: Visit, { id }: Invoice): Html | undefined {
  const charge = chargeOf(account, `ch_${id.slice(3)}`);
  if (!charge) return;
  const action = `/i/${id}/dispute`;
  const buttons = openDispute(account, id)
    ? html`<button class="plain" name="answer" value="won">Decide it for the seller</button><button class="plain" name="answer" value="lost">Decide it for the payer</button>`
    : html`<button class="plain" name="answer" value="open">Dispute this payment</button>`;
  return html`<section class="card" aria-labelledby="bank"><h2 id="bank">The payer's bank</h2>
<form method="post" action="${action}" class="actions">${buttons}</form></section>`;
}

function showQuestion({ request, response }: Visit, invoice: Invoice): void {
  const method = new URLSearchParams(request.url?.split("?")[1]).get("method") ?? "";
  sendPage(response, { title: "Authentication", body: question(`/i/${invoice.id}/authenticate`, { method }) });
}

function sendPdf({ account, response }: Visit, invoice: Invoice): void {
  const { number, customer_name, customer_email, currency, total, amount_due, status, created } = invoice;
  const rows = [
    `Date: ${dateOf(created)}`,
    `To: ${customer_name ?? customer_email ?? ""}`,
    `Status: ${status ?? ""}`,
    "",
    ...linesOf(account, invoice).map(({ description, amount }) => `${description ?? ""}: ${money(amount, currency)}`),
    "",
    `Total: ${money(total, currency)}`,
    `Amount due: ${money(amount_due, currency)}`,
  ];
  send(response, 200, "application/pdf", pdfOf(`Invoice ${number ?? ""}`, rows), {
    "content-disposition": `inline; filename="invoice-${(number ?? "draft").replaceAll(/[^\w-]/g, "")}.pdf"`,
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  });
}
