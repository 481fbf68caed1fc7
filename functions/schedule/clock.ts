import { sweep } from "@muster/core/audit/sweep.ts";
import { parse } from "@muster/core/base/valid.ts";
import { followDue } from "@muster/core/billing/automatic/due.ts";
import * as Compare from "@muster/core/billing/compare.ts";
import * as Billing from "@muster/core/billing/sweep.ts";
import { due as dueDomains } from "@muster/core/domain/due.ts";
import { check } from "@muster/core/heartbeat/check.ts";
import { consumers } from "@muster/core/heartbeat/heartbeat.ts";
import * as Imports from "@muster/core/import/due.ts";
import { due } from "@muster/core/invitation/schedule.ts";
import { bind, now } from "@muster/core/kernel/ports.ts";
import { advance } from "@muster/core/key/rotation.ts";
import { resolver } from "@muster/core/net/dns.ts";
import { due as dueDigests } from "@muster/core/notification/digest.ts";
import { endGrants } from "@muster/core/organization/grant.ts";
import * as Purge from "@muster/core/purge/due.ts";
import { due as dueRollouts } from "@muster/core/rollout/queue-checks.ts";
import type { Context } from "aws-lambda";
import * as v from "valibot";
import { boot } from "../boot.ts";
import { wrappingKey } from "../keys.ts";
import { log } from "../log.ts";
import { openSecrets } from "../secrets.ts";
import { bindStripe, type StripeState } from "../stripe.ts";
import { type Jobs, runAll } from "./jobs.ts";
import { type Job, maxSilentSeconds, schedules } from "./schedules.ts";

/** The maximum remaining time of a page of Stripe's list, or of eight reconciliations. */
const reserveMs = 40_000;

const Tick = v.object({ job: v.picklist(schedules.map(({ job }) => job)) });

/** Without Stripe there is nothing to compare with. */
const ofBilling = ({ is }: StripeState, jobs: Jobs): Jobs => (is === "ready" ? jobs : {});

/** The jobs of each tick, in this order. Each continues where it stopped, so a lost or repeated tick does no harm. */
const jobs = {
  sweep: (state: StripeState): Jobs => ({
    sweep: () => sweep({}),
    due: () => due({}),
    digests: () => dueDigests({}),
    imports: () => Imports.due({}),
    rollouts: () => dueRollouts({}),
    purges: () => Purge.due({}),
    grants: () => endGrants({}),
    keys: () => advance({}),
    ...ofBilling(state, {
      billing: () => Billing.sweep({}),
      seats: () => followDue({}),
      compare: () => Compare.compare({ onlyResume: true }),
    }),
    domains: () => dueDomains({}),
  }),
  hour: (state: StripeState) => ofBilling(state, { events: () => Billing.catchUp({}) }),
  day: (state: StripeState) => ofBilling(state, { compare: () => Compare.compare({}) }),
} satisfies Record<Job, (state: StripeState) => Jobs>;

const caller = boot();
bind({ keyRotator: wrappingKey(caller), dns: resolver() });
const stripe = bindStripe(openSecrets({ caller }));

/** The entry point of the schedules. */
export async function handler(event: unknown, context: Pick<Context, "getRemainingTimeInMillis">): Promise<void> {
  const { job } = parse(Tick, event);
  const state = await stripe();
  // threat: nobody learns that Stripe is misconfigured
  if (state.is === "unusable") log.error("Stripe cannot be used.", { error: state.fault });
  const heartbeats = (ran: readonly string[]) =>
    lookForStopped(
      ran.map((name) => partOf(job, name)),
      state,
    );
  const all = { ...jobs[job](state), heartbeats };
  await runAll(all, now().getTime() + context.getRemainingTimeInMillis() - reserveMs);
}

const partOf = (job: Job, name: string): string => `${job}.${name}`;

/** Records what ran, and logs what should have and has not for too long: jobs of each schedule, consumers of the stream. */
async function lookForStopped(ran: string[], state: StripeState) {
  const ofClock = schedules.flatMap(({ job, everyMinutes }) =>
    Object.keys(jobs[job](state)).map((name): [string, number] => [partOf(job, name), maxSilentSeconds(everyMinutes)]),
  );
  const ofStream = consumers.map((one): [string, number] => [one, maxSilentSeconds(schedules[0].everyMinutes)]);
  const { stopped } = await check({ ran, expected: Object.fromEntries([...ofClock, ...ofStream]) });
  for (const one of stopped) log.error("A part of the deployment has stopped.", one);
  return { stopped: stopped.length };
}
