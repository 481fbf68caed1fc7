import * as Account from "@muster/core/account/account.ts";
import * as Answer from "@muster/core/invitation/answer.ts";
import * as Ask from "@muster/core/invitation/ask.ts";
import { idOf } from "@muster/core/invitation/invitation.ts";
import { mintToken } from "@muster/core/invitation/link.ts";
import * as Manage from "@muster/core/invitation/manage.ts";
import * as Offer from "@muster/core/invitation/offer.ts";
import * as Schedule from "@muster/core/invitation/schedule.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import type { ID } from "@muster/core/kernel/id.ts";
import type { Role } from "@muster/core/kernel/permission.ts";
import * as Member from "@muster/core/member/member.ts";
import * as Reinstate from "@muster/core/member/reinstate.ts";
import type { Stage } from "./stage.ts";
import { told } from "./told.ts";
import type { Person } from "./world.ts";

export type Row = { email: string; role?: Role };

/** What people and the clock do in an organization, each answered in one word. Who acts has just signed in. */
export function deedsOn(stage: Stage) {
  const { organization, world } = stage;
  const as = <R>(person: Person, run: () => Promise<R>) => told(stage.as(fresh(person), run));
  const alone = <R>(person: Person, run: () => Promise<R>) => told(world.as(person, run));
  const work = (job: Schedule.Job) =>
    told(
      asSystem(job.job, async () => {
        if (job.job === "expire") return Schedule.expire(job);
        return job.job === "remind" ? Schedule.remind(job) : Schedule.withdraw(job);
      }),
    );
  const fresh = (person: Person): Person => {
    const { actor } = person.context;
    if (actor.type !== "account") return person;
    const session = { ...actor.session, provenAt: instant() };
    return { ...person, context: { ...person.context, actor: { ...actor, session } } };
  };
  const instant = (seconds = 0) => new Date(world.clock.at + seconds * 1000).toISOString();
  const named = (email: string) => ({ invitation: idOf(Account.addressOf(email)) });

  return {
    instant,
    /** The link of an invitation; `back` counts older ones. */
    async linkTo(email: string, back = 0): Promise<string> {
      const row = (await stage.rowOf(email)) ?? {};
      const [attempt, by] = [Math.max(1, Number(row.attempt) - back), row.by as ID<"account">];
      return mintToken({ organization, address: Account.addressOf(email), attempt, by });
    },
    send: (by: Person, ...rows: Row[]) => as(by, () => Offer.send({ invitations: rows })),
    resend: (by: Person, email: string) => as(by, () => Offer.resend(named(email))),
    revoke: (by: Person, email: string) => as(by, () => Manage.revoke(named(email))),
    offerRole: (by: Person, email: string, role: Role) => as(by, () => Manage.changeRole({ ...named(email), role })),
    unblock: (by: Person, email: string) => as(by, () => Manage.unblock(named(email))),
    accept: (person: Person, token: string) => alone(person, () => Answer.accept({ token })),
    decline: (person: Person, token: string) => alone(person, () => Answer.decline({ token })),
    ask: (person: Person, token: string) => alone(person, () => Ask.ask({ token })),
    changeRole: (by: Person, { account }: Person, role: Role) => as(by, () => Member.changeRole({ account, role })),
    remove: (by: Person, { account }: Person) => as(by, () => Member.remove({ account })),
    rename: (person: Person, name: string) => alone(person, () => Account.edit({ name })),
    reinstate: (by: Person, email: string) => as(by, () => Reinstate.reinstate(named(email))),
    leave: (person: Person) => as(person, () => Member.leave({})),
    transfer: (by: Person, { account }: Person) => as(by, () => Member.transfer({ account })),
    work,
    expire: () => work({ job: "expire", organization, until: instant() }),
    remind: () => work({ job: "remind", organization, after: instant(), until: instant(48 * 3600) }),
    withdraw: ({ account }: Person) => work({ job: "withdraw", organization, by: account }),
  };
}
export type Deeds = ReturnType<typeof deedsOn>;
