import * as v from "valibot";
import { lines } from "../base/shape.ts";
import { maxDays, minDays } from "./limits.ts";

/** A message from the inviter, for the email. Links are not allowed. */
export const Message = lines("message", 500);

/** Days that an invitation stays open. */
export const LifetimeDays = v.pipe(
  v.number(),
  v.integer("Expected a whole number of days."),
  v.minValue(minDays, `At least ${minDays} day.`),
  v.maxValue(maxDays, `At most ${maxDays} days.`),
);

/** Ways in which an invitation that nobody accepts ends. */
export const ended = ["declined", "revoked", "expired"] as const;
export type Ended = (typeof ended)[number];
/** States of an address in an organization. */
export const states = ["pending", "member", "former", ...ended] as const;
export type State = (typeof states)[number];

/** Statuses of an email after which nobody knows the invitation, so that many can be sent again at once. */
export const resendable = ["unconfirmed", "failed"] as const;
export type Resendable = (typeof resendable)[number];

/** Ways to treat a pending invitation to another role or other teams, when it is sent. */
export const ifPending = ["skip", "change", "change_and_email"] as const;
export type IfPending = (typeof ifPending)[number];

/**
 * Reasons that an invitation was revoked although nobody revoked it: its inviter left, or may no longer give its role.
 */
export const revocationReasons = ["inviter_left", "inviter_role_changed"] as const;
export type RevocationReason = (typeof revocationReasons)[number];
