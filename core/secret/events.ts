import * as v from "valibot";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";

// nothing that would help to guess it, and no name that somebody chose
const secret = {
  /** The API key. */
  secret: ID.schema("secret"),
  /** Its provider and kind. */
  kind: v.string(),
  /** Its last four characters, or those of the id that belongs to it. */
  last4: v.string(),
};
const Named = v.object(secret);

/** An owner or admin adds an API key. */
export const SecretCreated = Event.define("secret.created", Named);
/** An owner or admin replaces an API key. */
export const SecretReplaced = Event.define(
  "secret.replaced",
  v.object({
    ...secret,
    /** The number of the new version. */
    version: Integer,
  }),
);
/** An owner or admin renames an API key. */
export const SecretRenamed = Event.define("secret.renamed", Named);
/** An owner or admin enables an API key. */
export const SecretEnabled = Event.define("secret.enabled", Named);
/** An owner or admin disables an API key. */
export const SecretDisabled = Event.define("secret.disabled", Named);
/** An owner or admin changes which teams may use an API key. */
export const SecretRestricted = Event.define(
  "secret.restricted",
  v.object({
    ...secret,
    /** The teams that may use it; absent when every member may. */
    teams: v.optional(v.array(ID.schema("team"))),
  }),
);
/** An owner or admin deletes an API key. */
export const SecretDeleted = Event.define("secret.deleted", Named);
