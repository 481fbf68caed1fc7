import * as v from "valibot";
import * as ID from "../base/id.ts";
import { Integer } from "../base/shape.ts";
import * as Event from "../kernel/event.ts";

/** Which secret it is about: nothing that would help to guess it, and no name that somebody chose. */
const secret = { secret: ID.schema("secret"), kind: v.string(), last4: v.string() };
const Named = v.object(secret);

export const SecretCreated = Event.define("secret.created", Named);
export const SecretReplaced = Event.define("secret.replaced", v.object({ ...secret, version: Integer }));
export const SecretRenamed = Event.define("secret.renamed", Named);
export const SecretEnabled = Event.define("secret.enabled", Named);
export const SecretDisabled = Event.define("secret.disabled", Named);
export const SecretRestricted = Event.define(
  "secret.restricted",
  v.object({ ...secret, teams: v.optional(v.array(ID.schema("team"))) }),
);
export const SecretDeleted = Event.define("secret.deleted", Named);
