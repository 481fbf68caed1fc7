import * as v from "valibot";
import { row } from "../base/row.ts";

const number = v.optional(v.number());

/** Counters of one limit: one attribute per window, named by its length in seconds and its number. */
export type CountRow = { pk: string; sk: string; ttl?: number; [window: Counter]: number };
export type Counter = `w${number}_${number}`;
/** The time until which each of two places is taken, in ms since 1970. */
export type PlacesRow = { pk: string; sk: string; ttl?: number; first?: number; second?: number };

/** The tokens under which mails leave, packed; `by` names the last write. */
export const SendTokensRow = row({
  pk: v.string(),
  sk: v.string(),
  from: v.number(),
  tokens: v.string(),
  by: v.string(),
});
export type SendTokensRow = v.InferInput<typeof SendTokensRow>;

/** The time until which a budget is used up, in ms since 1970. */
export const MailBudgetRow = row({ pk: v.string(), sk: v.string(), at: v.number() });
export type MailBudgetRow = v.InferInput<typeof MailBudgetRow>;

/** The outcomes of the invitation emails of an organization or an account in a week, or of codes in an hour. */
export const MailOutcomesRow = row({
  pk: v.string(),
  sk: v.string(),
  delivered: number,
  bounced: number,
  complained: number,
});
export type MailOutcomesRow = v.InferInput<typeof MailOutcomesRow>;

/** The share of the rate at which all send after a lack, and since when there has been one after the other, in ms since 1970. */
export const SlownessRow = row({ pk: v.string(), sk: v.string(), share: v.number(), at: v.number(), since: number });
export type SlownessRow = v.InferInput<typeof SlownessRow>;
