import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import * as Event from "../kernel/event.ts";
import { joinModes, joinRoles } from "./shape.ts";

const domain = {
  /** The domain. */
  domain: ID.schema("domain"),
  /** Its name, such as acme.com. */
  name: v.string(),
};
const Named = v.object(domain);
const Join = v.object({
  /** The way they join: by invitation only, by an offer to join, or also when they sign in. */
  mode: known(joinModes),
  /** The role with which they join. */
  role: known(joinRoles),
});

/** An owner or admin adds a domain. */
export const DomainAdded = Event.define("domain.added", Named);
/** A check finds the record of a domain. */
export const DomainVerified = Event.define("domain.verified", Named);
/** A check finds that the record of a verified domain is lost. */
export const DomainRecordLost = Event.define(
  "domain.record_lost",
  v.object({
    ...domain,
    /** The time the domain stops being verified if the record stays lost. */
    until: v.string(),
  }),
);
/** A check finds the lost record of a verified domain again. */
export const DomainRecordRestored = Event.define("domain.record_restored", Named);
/** The record of a verified domain stayed lost, so it is no longer verified. */
export const DomainExpired = Event.define("domain.expired", Named);
/** An owner or admin removes a domain. */
export const DomainRemoved = Event.define("domain.removed", Named);
/** A deleted organization gives a verified domain back, so that others can verify it. */
export const DomainReleased = Event.define("domain.released", Named);
/** An owner changes how people with an address of a domain become members. */
export const DomainJoinChanged = Event.define(
  "domain.join_changed",
  v.object({
    ...domain,
    /** Mode and role before. */
    from: Join,
    /** Mode and role after. */
    to: Join,
  }),
);
