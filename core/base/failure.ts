import { reauthenticationMinutes } from "./limits.ts";
/** The kind of failure, in the words of the domain. The HTTP status is chosen in functions/api/problem.ts. */
export type Kind =
  | "invalid" // the input cannot be understood
  | "unauthenticated" // nobody is signed in
  | "limit" // the plan does not allow this much
  | "forbidden" // somebody is signed in and may see this, but may not do it
  | "method" // the address exists, but not for this method
  | "missing" // it does not exist, or the actor may not know that it does
  | "conflict" // it already exists, or has changed since it was read
  | "precondition" // it is not as the caller has read it
  | "gone" // it used to be valid
  | "oversized" // the request is larger than the limit
  | "rate" // too many requests; it works again later
  | "unavailable"; // a dependency failed; the same request may succeed later

export type Code = `${string}.${string}`;
export type Field = { path: string; message: string };
type More = {
  fields?: Field[];
  /** The permission, scope or credential that was missing. */
  permission?: string;
  cause?: unknown;
  retryAfterSeconds?: number;
  message?: string;
};

/** An expected failure. Anything else that is thrown is a bug. */
export class Failure extends Error {
  override name = "Failure";
  readonly kind: Kind;
  readonly code: Code;
  readonly fields: Field[] | undefined;
  readonly permission: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(kind: Kind, code: Code, message: string, more: More = {}) {
    super(more.message ?? message, { cause: more.cause });
    this.kind = kind;
    this.code = code;
    this.fields = more.fields;
    this.permission = more.permission;
    this.retryAfterSeconds = more.retryAfterSeconds;
  }
}

/** One entry of the failure catalog. Calling it makes the failure. */
export type FailureType<C extends Code = Code> = {
  (more?: More): Failure;
  readonly kind: Kind;
  readonly code: C;
  readonly message: string;
};

/** Declares a failure: its kind, its stable code `noun.reason`, and a sentence for a person. */
export function failure<const C extends Code>(kind: Kind, code: C, message: string): FailureType<C> {
  return Object.assign((more: More = {}) => new Failure(kind, code, message, more), { kind, code, message });
}

/** Failures that any operation may answer with. An `fn` need not declare them. */
export const implied = {
  invalid: failure("invalid", "input.invalid", "Some fields need attention."),
  unauthenticated: failure("unauthenticated", "actor.unauthenticated", "Sign in first."),
  forbidden: failure("forbidden", "actor.forbidden", "You don't have permission to do this."),
  credentialRefused: failure(
    "forbidden",
    "actor.credential_refused",
    "This credential can't be used here. Sign in instead.",
  ),
  scopeMissing: failure("forbidden", "actor.scope_missing", "This credential doesn't have the required scope."),
  reauthenticationRequired: failure(
    "forbidden",
    "actor.reauthentication_required",
    `Confirm it's you: this requires authentication within the last ${reauthenticationMinutes} minutes.`,
  ),
  contended: failure("unavailable", "table.contended", "Too many changes at once. Try again in a few seconds."),
  busy: failure("unavailable", "table.busy", "The database is busy. Try again in a few seconds."),
  unreadable: failure(
    "unavailable",
    "row.unreadable",
    "A newer release of Muster wrote this, and this release can't read it. Try again later.",
  ),
} as const;

/** Returns whether a thrown value is this failure. */
export const isFailure = (error: unknown, type: FailureType): error is Failure =>
  error instanceof Failure && error.code === type.code;
