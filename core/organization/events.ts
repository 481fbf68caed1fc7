import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { pauseReasons } from "./shape.ts";

/** The name. */
const name = v.string();

/** An organization is created. */
export const OrganizationCreated = Event.define(
  "organization.created",
  v.object({
    name,
    /** The number of seats that it began with. Missing in events of earlier releases. */
    seats: v.optional(Integer),
  }),
);
/** The organization is renamed. */
export const OrganizationRenamed = Event.define(
  "organization.renamed",
  v.object({
    /** The name before. */
    from: name,
    /** The name after. */
    to: name,
  }),
);
/** An owner deletes the organization. */
export const OrganizationDeleted = Event.define("organization.deleted", v.object({ name }));
/** An owner restores a deleted organization. */
export const OrganizationRestored = Event.define("organization.restored", v.object({}));
/** The operator grants seats, or a grant ends. */
export const OrganizationGranted = Event.define(
  "organization.granted",
  v.object({
    /** All seats before. */
    from: Integer,
    /** All seats after. */
    to: Integer,
    /** The number of them that are granted now, on top of the plan's. Missing in events of earlier releases. */
    granted: v.optional(Integer),
    /** The time the grant ends. Missing if it does not. */
    until: v.optional(v.string()),
  }),
);
/** The emails of invitations are paused, because too many bounced or were reported as spam. */
export const OrganizationMailsPaused = Event.define(
  "organization.mails_paused",
  v.object({
    /** The reason: `bounced` or `complained`. */
    why: known(pauseReasons),
    /** The number that were delivered in the last days. The numbers are absent because of an account's emails. */
    delivered: v.optional(Integer),
    /** The number that bounced. */
    bounced: v.optional(Integer),
    /** The number that were reported as spam. */
    complained: v.optional(Integer),
    /** The account that sent too many, in several organizations; absent if this organization sent too many. */
    account: v.optional(ID.schema("account")),
  }),
);
/** The operator resumes the emails of invitations. */
export const OrganizationMailsResumed = Event.define("organization.mails_resumed", v.object({}));
/** The operator suspends the organization. */
export const OrganizationSuspended = Event.define("organization.suspended", v.object({}));
/** The operator reactivates a suspended organization. */
export const OrganizationReactivated = Event.define("organization.reactivated", v.object({}));
