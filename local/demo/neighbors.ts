import { hourMs, minuteMs } from "@muster/core/base/duration.ts";
import { type Calendar, owner, type Span } from "./cast.ts";
import type { Deployment } from "./deployment.ts";
import type { Figure } from "./people.ts";
import { type Invited, openDemoOrganization, type Scene } from "./scenarios.ts";

type Around = { crowd: () => Figure; calendar: Calendar; span: Span };

/** Smaller organizations of the owner: a full one, a deleted one, one with the read role, and an open invitation. */
export function neighbors(deployment: Deployment, around: Around): Scene[] {
  return [
    ...studio(deployment, around),
    ...choir(deployment, around),
    ...analytics(deployment, around),
    ...foundation(deployment, around),
  ];
}

/** On the free plan, with all of its three seats in use. */
function studio(deployment: Deployment, { crowd, calendar }: Around): Scene[] {
  const house = openDemoOrganization(deployment);
  const partner: Invited = { ...crowd(), role: "write" };
  const bookkeeper: Invited = { ...crowd(), role: "read" };
  const at = calendar.at(0.4);
  return [
    { at, run: () => house.found(owner, "Harbour Studio") },
    { at: at + 10 * minuteMs, run: () => house.offer(owner, [partner]) },
    { at: at + 3 * hourMs, run: () => house.accept([partner]) },
    { at: calendar.at(0.9), run: () => house.offer(owner, [bookkeeper], { lifetimeDays: 30 }) },
  ];
}

/** Paid by the quarter, and canceled: it ends with the period. */
function choir(deployment: Deployment, { crowd, calendar }: Around): Scene[] {
  const house = openDemoOrganization(deployment);
  const singers = (["admin", "write", "read"] as const).map((role): Invited => ({ ...crowd(), role }));
  const at = calendar.at(0.3);
  return [
    { at, run: () => house.found(owner, "Tidewater Choir") },
    { at: at + 10 * minuteMs, run: () => house.buy(owner, "quarterly", 5) },
    { at: at + 30 * minuteMs, run: () => house.offer(owner, singers) },
    ...singers.map((one, n) => ({ at: at + (50 + n * 17) * minuteMs, run: () => house.accept([one]) })),
    { at: calendar.at(0.95), run: () => house.cancel(owner) },
  ];
}

function analytics(deployment: Deployment, { crowd, calendar }: Around): Scene[] {
  const house = openDemoOrganization(deployment);
  const founder = crowd();
  const [admin, ...others]: Invited[] = [
    { ...crowd(), role: "admin" },
    ...(["write", "write", "read", "read"] as const).map((role) => ({ ...crowd(), role })),
  ];
  const all: Invited[] = [...(admin ? [admin] : []), { ...owner, role: "write" }, ...others];
  const at = calendar.at(0.25);
  return [
    { at, run: () => house.found(founder, "Kestrel Analytics") },
    { at: at + 20 * minuteMs, run: () => house.grant(10) },
    { at: at + 40 * minuteMs, run: () => house.offer(founder, all) },
    ...all.map((one, n) => ({ at: at + (60 + n * 13) * minuteMs, run: () => house.accept([one]) })),
    { at: calendar.at(0.6), run: () => house.changeRole(founder, owner, "read") },
  ];
}

function foundation(deployment: Deployment, { crowd, calendar, span }: Around): Scene[] {
  const house = openDemoOrganization(deployment);
  const founder = crowd();
  const message = "Would you help us with the archive? An hour a month is plenty.";
  const offering = { lifetimeDays: 14, message };
  const at = calendar.at(0.5);
  return [
    { at, run: () => house.found(founder, "Juniper Foundation") },
    { at: at + hourMs, run: () => house.grant(5) },
    { at: span.to - 20 * hourMs, run: () => house.offer(founder, [{ ...owner, role: "admin" }], offering) },
  ];
}
