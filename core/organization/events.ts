import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";
import { mailTroubles } from "./shape.ts";

/** `seats`: how many it began with. Events of earlier releases do not say it. */
export const OrganizationCreated = Event.define(
  "organization.created",
  v.object({ name: v.string(), seats: v.optional(Integer) }),
);
export const OrganizationRenamed = Event.define("organization.renamed", v.object({ from: v.string(), to: v.string() }));
export const OrganizationDeleted = Event.define("organization.deleted", v.object({ name: v.string() }));
export const OrganizationRestored = Event.define("organization.restored", v.object({}));
/** All seats before and after. `granted`: how many of them on top of the plan's, until an instant. */
export const OrganizationGranted = Event.define(
  "organization.granted",
  v.object({ from: Integer, to: Integer, granted: v.optional(Integer), until: v.optional(v.string()) }),
);
/**
 * How many of its invitation emails of the last days arrived, bounced and were reported; or, because of an account's in
 * several organizations, whose they were.
 */
export const OrganizationMailsPaused = Event.define(
  "organization.mails_paused",
  v.object({
    why: known(mailTroubles),
    delivered: v.optional(Integer),
    bounced: v.optional(Integer),
    complained: v.optional(Integer),
    account: v.optional(ID.schema("account")),
  }),
);
export const OrganizationMailsResumed = Event.define("organization.mails_resumed", v.object({}));
export const OrganizationSuspended = Event.define("organization.suspended", v.object({}));
export const OrganizationReactivated = Event.define("organization.reactivated", v.object({}));
