import { type FailureType, implied } from "@muster/core/base/failure.ts";
import type { Rule } from "@muster/core/base/permission.ts";
import type { Fn } from "@muster/core/kernel/fn.ts";
import type * as v from "valibot";

/** A function of the domain, whatever it takes and answers. */
export type AnyFn = Fn<v.GenericSchema, v.GenericSchema>;

/**
 * Returns whether a caller may meet a failure that any function can have: a public one needs no session and no
 * reauthentication.
 */
export function mayMeet(rule: Rule, type: FailureType) {
  if (type === implied.credentialRefused) return !rule.public;
  if (type === implied.scopeMissing) return !rule.public && rule.via !== undefined;
  const aboutActor: readonly FailureType[] = [
    implied.unauthenticated,
    implied.forbidden,
    implied.reauthenticationRequired,
  ];
  if (!aboutActor.includes(type)) return true;
  return !rule.public && (type !== implied.reauthenticationRequired || rule.reauthenticated === true);
}

/** The names of the fields that a function takes, in any of its forms. */
export function fieldsOf({ input }: AnyFn): ReadonlySet<string> {
  const forms = "options" in input ? (input.options as readonly v.GenericSchema[]) : [input];
  return new Set(forms.flatMap((form) => ("entries" in form ? Object.keys(form.entries as object) : [])));
}
