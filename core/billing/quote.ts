import * as v from "valibot";
import type * as ID from "../base/id.ts";
import { signed } from "../kernel/signed.ts";

// A quote is a price that `preview` has returned, signed with what it is for. Nothing is stored for it.

const Terms = v.object({
  /** The seats and the price that the change starts from, and those that it leads to. */
  from: v.object({ seats: v.number(), price: v.string() }),
  to: v.object({ seats: v.number(), price: v.string() }),
  /** The instant that Stripe prorates by. */
  at: v.string(),
  /** The amount that is charged now. */
  due: v.object({ amount: v.number(), currency: v.string() }),
  expiresAt: v.string(),
});
export type Terms = v.InferOutput<typeof Terms>;

export const Quote = v.pipe(
  v.string(),
  v.maxLength(1000, "At most 1000 characters."),
  v.regex(/^mst_quo_[\w.-]+$/, "Expected a quote, as the preview returned it."),
);
const prefix = "mst_quo_";
const quotes = signed("billing.quote");

// Functions

export function sign(organization: ID.ID<"organization">, terms: Terms): string {
  const body = Buffer.from(JSON.stringify(terms)).toString("base64url");
  return `${prefix}${body}.${quotes.tag(organization, body)}`;
}

/** Returns the terms of a quote, or nothing if it was edited or is another organization's. */
export function read(organization: ID.ID<"organization">, quote: string): Terms | undefined {
  const [body = "", tag = ""] = quote.slice(prefix.length).split(".");
  // threat: an edited price is accepted
  // threat: a price that was made for another organization is accepted
  const isSigned = quotes.opens(tag, organization, body);
  return isSigned ? v.parse(Terms, JSON.parse(Buffer.from(body, "base64url").toString())) : undefined;
}
