import * as v from "valibot";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";

/** `seats`: how many it began with. Events of earlier releases do not say it. */
export const OrganizationCreated = Event.define(
  "organization.created",
  v.object({ name: v.string(), seats: v.optional(Integer) }),
);
export const OrganizationRenamed = Event.define("organization.renamed", v.object({ from: v.string(), to: v.string() }));
export const OrganizationDeleted = Event.define("organization.deleted", v.object({ name: v.string() }));
export const OrganizationRestored = Event.define("organization.restored", v.object({}));
export const OrganizationGranted = Event.define("organization.granted", v.object({ from: Integer, to: Integer }));
export const OrganizationSuspended = Event.define("organization.suspended", v.object({}));
export const OrganizationReactivated = Event.define("organization.reactivated", v.object({}));
