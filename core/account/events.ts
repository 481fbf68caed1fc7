import * as v from "valibot";
import * as ID from "../base/id.ts";
import * as Event from "../kernel/event.ts";

const Change = v.optional(v.object({ from: v.string(), to: v.string() }));

/** Someone changes their profile. */
export const AccountUpdated = Event.define(
  "account.updated",
  v.object({
    /** The name before and after, if it changed. */
    name: Change,
    /** The color before and after, if it changed. */
    color: Change,
    /** The language before and after, if it changed. */
    locale: Change,
    /** The time zone before and after, if it changed. */
    zone: Change,
  }),
);
/** Someone adds a passkey to their account. */
export const AccountPasskeyAdded = Event.define(
  "account.passkey_added",
  v.object({
    /** The passkey. */
    passkey: ID.schema("passkey"),
  }),
);
/** Someone removes a passkey from their account. */
export const AccountPasskeyRemoved = Event.define(
  "account.passkey_removed",
  v.object({
    /** The passkey. */
    passkey: ID.schema("passkey"),
  }),
);
/** Someone ends all sessions, devices, and passkeys of their account, because it may have been used by another person. */
export const AccountSecured = Event.define("account.secured", v.object({}));
/** Someone deletes their account. */
export const AccountDeleted = Event.define("account.deleted", v.object({}));
