import type { IncomingMessage, ServerResponse } from "node:http";
import { type Html, html } from "@muster/local-base/html.ts";
import { send, sendOn } from "@muster/local-base/response.ts";
import type { Account } from "./account.ts";
import { testCards } from "./card.ts";
import { Refusal } from "./refusal.ts";
import type { Price } from "./wire.ts";

export const styleSheetPath = "/stripe.css";

/** A request for a page. */
export type Visit = {
  account: Account;
  request: IncomingMessage;
  response: ServerResponse;
  /** The fields of a submitted form. */
  form: URLSearchParams;
  advance: (seconds: number) => void;
};

export type Page = {
  title: string;
  body: Html;
  status?: number;
  /** Other origins that a form leads to in the end. */
  leadsTo?: (string | null)[];
};

/** Responds with a page that runs nothing and loads only its style sheet. */
export function sendPage(response: ServerResponse, { title, body, status = 200, leadsTo = [] }: Page): void {
  const origins = leadsTo.flatMap((url) => (url && URL.canParse(url) ? [new URL(url).origin] : []));
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src data:",
    `form-action ${["'self'", ...new Set(origins)].join(" ")}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Stripe stand-in</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${styleSheetPath}">
</head>
<body>
<header><p class="mode">Test mode on this machine. No card is charged.</p></header>
<main>
${body}
</main>
</body>
</html>
`;
  send(response, status, "text/html; charset=utf-8", page.html, { "content-security-policy": policy });
}

/** Does what a form requests; an error is shown as a sentence on the page that `show` makes. */
export function handleForm({ response }: Visit, run: () => string, show: (refusal: string) => void): void {
  try {
    sendOn(response, run());
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    show(error.message);
  }
}

export const alert = (message: string | undefined): Html | undefined =>
  message === undefined ? undefined : html`<p class="alert" role="alert">${message}</p>`;

type Field = {
  name: string;
  label: string;
  value?: string | null | undefined;
  autocomplete?: string;
  type?: string;
  list?: string;
  hint?: string;
  required?: boolean;
};

export function field({
  name,
  label,
  value,
  autocomplete = "off",
  type = "text",
  list,
  hint,
  required = false,
}: Field): Html {
  const must = required ? html` required` : undefined;
  const from = list === undefined ? undefined : html` list="${list}"`;
  const example = hint === undefined ? undefined : html` placeholder="${hint}"`;
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${value ?? ""}" autocomplete="${autocomplete}"${from}${example}${must}></div>`;
}

/** Number, expiration and code of a card, with the test cards to choose from. */
export const cardFields =
  (): Html => html`${field({ name: "card", label: "Card number", autocomplete: "cc-number", list: "cards", hint: "4242 4242 4242 4242", required: true })}
<datalist id="cards">${testCards.map(({ number, text }) => html`<option value="${spaced(number)}">${text}</option>`)}</datalist>
<div class="fields">${field({ name: "expiry", label: "Expires (MM / YY)", autocomplete: "cc-exp", hint: "12 / 34", required: true })}
${field({ name: "cvc", label: "Security code", autocomplete: "cc-csc", hint: "123", required: true })}</div>`;

export const testCardList = (): Html => html`<details><summary>Test cards</summary>
<ul class="list">${testCards.map(({ number, text }) => html`<li><code>${spaced(number)}</code><br><span class="quiet">${text}</span></li>`)}</ul>
</details>`;

/**
 * Returns the card that a form names.
 * @throws Refusal with a sentence for the person
 */
export function cardOf(form: URLSearchParams, now: number): string {
  const [, month, year] = /^\s*(\d{2})\s*\/\s*(\d{2})\s*$/.exec(form.get("expiry") ?? "") ?? [];
  const wrong = (message: string) => new Refusal(402, "card_error", message);
  if (month === undefined || Number(month) < 1 || Number(month) > 12) {
    throw wrong("Your card's expiry date is incomplete.");
  }
  if (Date.UTC(2000 + Number(year), Number(month), 1) / 1_000 <= now) {
    throw wrong("Your card's expiry date is in the past.");
  }
  if (!/^\d{3,4}$/.test((form.get("cvc") ?? "").trim())) throw wrong("Your card's security code is incomplete.");
  return form.get("card") ?? "";
}

/** The bank's question to the holder of a card. */
export const question = (action: string, hidden: Record<string, string> = {}): Html => html`<div class="narrow card">
<h1>Confirm this payment with your bank</h1>
<p>The bank that issued the card wants to know whether it is you who pays.</p>
<form method="post" action="${action}" class="actions">
${Object.entries(hidden).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button name="answer" value="yes">Complete authentication</button>
<button name="answer" value="no" class="plain">Fail authentication</button>
</form>
</div>`;

export const dateOf = (instant: number): string =>
  new Date(instant * 1_000).toLocaleDateString("en-GB", {
    day: "numeric",
    month: "long",
    year: "numeric",
    timeZone: "UTC",
  });

/** `per month`, `every 3 months`. */
export function every({ recurring }: Price): string {
  if (!recurring) return "once";
  const { interval, interval_count: count } = recurring;
  return count === 1 ? `per ${interval}` : `every ${count} ${interval}s`;
}

const spaced = (number: string) => number.replaceAll(/(\d{4})(?=\d)/g, "$1 ");
