import * as v from "valibot";
import * as ID from "../base/id.ts";
import { known } from "../base/row.ts";
import * as Event from "../kernel/event.ts";
import { joinModes, joinRoles } from "./shape.ts";

const domain = { domain: ID.schema("domain"), name: v.string() };
const Named = v.object(domain);
const Join = v.object({
  /** Whether they join by invitation only, are offered to join, or also join when they sign in. */
  mode: known(joinModes),
  /** The role with which they join. */
  role: known(joinRoles),
});

export const DomainAdded = Event.define("domain.added", Named);
export const DomainVerified = Event.define("domain.verified", Named);
/** `until`: when the domain stops being verified if the record stays lost. */
export const DomainRecordLost = Event.define("domain.record_lost", v.object({ ...domain, until: v.string() }));
export const DomainRecordRestored = Event.define("domain.record_restored", Named);
export const DomainExpired = Event.define("domain.expired", Named);
export const DomainRemoved = Event.define("domain.removed", Named);
/** The organization was deleted, so that others can verify the domain. */
export const DomainReleased = Event.define("domain.released", Named);
export const DomainJoinChanged = Event.define("domain.join_changed", v.object({ ...domain, from: Join, to: Join }));
