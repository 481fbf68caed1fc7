import type { Account, Actor, Member, Public, System } from "./actor.ts";
import { type Failure, implied } from "./failure.ts";
import type { ID } from "./id.ts";
import { type Action, covers, type Grantee, permissions, type Role, type Rule } from "./permission.ts";

type Held<G> = G extends Role
  ? Member
  : G extends "account"
    ? Account | Member
    : G extends "system"
      ? System
      : G extends "public"
        ? Public | Account | Member
        : never;
export type ActorFor<A extends Action> = Held<
  Exclude<keyof (typeof permissions)[A], "fresh" | "deleted" | "unpaid" | "suspended">
>;

const freshMinutes = 10;

/** Until when a proof of identity counts as fresh. */
export function freshUntil(provenAt: string): string {
  return new Date(Date.parse(provenAt) + freshMinutes * 60_000).toISOString();
}

/**
 * Narrows the actor to those whom the table names, or refuses.
 * @throws actor.anonymous, actor.forbidden, actor.stale
 */
export function authorize<A extends Action>(actor: Actor, action: A, at: Date): ActorFor<A> {
  admit(actor, permissions[action], action, at);
  return actor as ActorFor<A>;
}

/** The rule itself, apart from the table. */
export function admit(actor: Actor, rule: Rule, action: string, at: Date): void {
  if (!grantee(actor, rule)) {
    if (actor.type === "public") throw implied.anonymous();
    throw forbidden(action);
  }
  if (rule.fresh && (!("session" in actor) || freshUntil(actor.session.provenAt) <= at.toISOString()))
    throw implied.stale();
}

/** Whether an actor who may perform the action may perform it on this member or thing. */
export function reaches(actor: Actor, rule: Rule, target: { role?: Role; account?: ID<"account"> }): boolean {
  const as = grantee(actor, rule);
  const isOwn = "account" in actor && target.account === actor.account;
  return covers(as && rule[as], { role: target.role, isOwn });
}

/** Names the permission, so that somebody can be asked for it. */
function forbidden(action: string): Failure {
  return implied.forbidden({
    permission: action,
    message: `You may not do this: it takes the permission ${action}.`,
  });
}

/** A member acts by role, and may do what any account and the public may; the narrowest that is named counts. */
function grantee(actor: Actor, rule: Rule): Grantee | undefined {
  const candidates: Grantee[] =
    actor.type === "member"
      ? [actor.role, "account", "public"]
      : actor.type === "account"
        ? ["account", "public"]
        : [actor.type];
  return candidates.find((candidate) => rule[candidate]);
}
