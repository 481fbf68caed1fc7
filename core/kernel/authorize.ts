import { minuteMs } from "../base/duration.ts";
import { type Failure, implied } from "../base/failure.ts";
import type { ID } from "../base/id.ts";
import { reauthenticationMinutes } from "../base/limits.ts";
import {
  type CredentialKind,
  covers,
  type Grantee,
  type Permission,
  permissions,
  type Rule,
} from "../base/permission.ts";
import type { Role } from "../base/role.ts";
import type {
  Account,
  Actor,
  Credential,
  Member,
  Public,
  ScopedCredential,
  SessionCredential,
  System,
} from "./actor.ts";

type Held<G, C extends Credential> = G extends Role
  ? Member<C>
  : G extends "account"
    ? Account<C> | Member<C>
    : G extends "system"
      ? System
      : G extends "public"
        ? Public | Account | Member
        : never;
/** The kinds of credentials that may use a rule. */
type Through<R> = R extends { via: readonly (infer K extends CredentialKind)[] }
  ? ScopedCredential<K> | (R extends { sessions: false } ? never : SessionCredential)
  : SessionCredential;
export type ActorFor<A extends Permission> = Held<
  Exclude<
    keyof (typeof permissions)[A],
    "reauthenticated" | "deleted" | "unpaid" | "suspended" | "feature" | "via" | "sessions"
  >,
  Through<(typeof permissions)[A]>
>;

/** The instant until which an authentication counts as recent. */
export function reauthenticatedUntil(authenticatedAt: string): string {
  return new Date(Date.parse(authenticatedAt) + reauthenticationMinutes * minuteMs).toISOString();
}

/**
 * Narrows the actor to those that the table admits, or fails.
 * @throws actor.unauthenticated, actor.forbidden, actor.credential_refused, actor.scope_missing,
 * actor.reauthentication_required
 */
export function authorize<A extends Permission>(actor: Actor, permission: A, at: Date): ActorFor<A> {
  admit(actor, permissions[permission], permission, at);
  return actor as ActorFor<A>;
}

/** The rule by itself, apart from the table. */
export function admit(actor: Actor, rule: Rule, permission: string, at: Date): void {
  const as = grantee(actor, rule);
  if (!as) {
    if (actor.type === "public") throw implied.unauthenticated();
    throw forbidden(permission);
  }
  if (as !== "public" && "via" in actor) admitCredential(actor.via, rule, permission);
  if (rule.reauthenticated) requireReauthentication(actor, at);
}

/** For what requires a confirmed identity only sometimes. @throws actor.reauthentication_required */
export function requireReauthentication(actor: Actor, at: Date): void {
  if (!isReauthenticated(actor, at)) throw implied.reauthenticationRequired();
}

/**
 * Checks that the rule is open to this kind of credential, and within its scopes.
 * @throws actor.credential_refused, actor.scope_missing
 */
export function admitCredential(via: Credential, rule: Rule, permission: string): void {
  // threat: a session does what is open to devices only
  if (via.kind === "session" && rule.sessions !== false) return;
  // threat: a credential does what is open to sessions only
  if (via.kind === "session" || !rule.via?.includes(via.kind)) throw implied.credentialRefused();
  // threat: a credential does more than its scopes
  if (!(via.scopes as readonly string[]).includes(permission)) throw implied.scopeMissing({ permission });
}

/** Only a session can reauthenticate. */
function isReauthenticated(actor: Actor, at: Date): boolean {
  return (
    // threat: an old sign-in counts as recent
    "via" in actor && actor.via.kind === "session" && reauthenticatedUntil(actor.via.authenticatedAt) > at.toISOString()
  );
}

/** Returns whether an actor who has the permission may use it on this member or thing. */
export function reaches(
  actor: Actor,
  rule: Rule,
  { role, account, team }: { role?: Role; account?: ID<"account">; team?: ID<"team"> | undefined },
): boolean {
  const as = grantee(actor, rule);
  const isOwn = "account" in actor && account === actor.account;
  const isLed = actor.type === "member" && team !== undefined && actor.ledTeams?.has(team) === true;
  return covers(as && rule[as], { role, isOwn, isLed });
}

/** Names the permission, so that the person can ask for it. */
function forbidden(permission: string): Failure {
  return implied.forbidden({
    // threat: a 403 does not say what it lacked
    permission,
    message: `You need this permission: ${permission}.`,
  });
}

/** A member may do what the role allows, and what any account and the public may. The narrowest named target counts. */
function grantee(actor: Actor, rule: Rule): Grantee | undefined {
  const candidates: Grantee[] =
    actor.type === "member"
      ? [actor.role, "account", "public"]
      : actor.type === "account"
        ? ["account", "public"]
        : [actor.type];
  return candidates.find((candidate) => rule[candidate]);
}
