import { hourMs, minuteMs } from "@muster/core/base/duration.ts";
import { type Calendar, owner, type Span } from "./cast.ts";
import type { Deployment } from "./deployment.ts";
import type { Figure } from "./people.ts";
import { type Action, type Invited, openDemoOrganization } from "./scenarios.ts";

type Around = { nextPerson: () => Figure; calendar: Calendar; span: Span };

/** Smaller organizations of the owner: a full one, a deleted one, one with the read role, and an open invitation. */
export function neighbors(deployment: Deployment, around: Around): Action[] {
  return [
    ...studio(deployment, around),
    ...choir(deployment, around),
    ...analytics(deployment, around),
    ...foundation(deployment, around),
  ];
}

/** On the free plan, with all of its three seats in use. */
function studio(deployment: Deployment, { nextPerson, calendar }: Around): Action[] {
  const organization = openDemoOrganization(deployment);
  const partner: Invited = { ...nextPerson(), role: "write" };
  const bookkeeper: Invited = { ...nextPerson(), role: "read" };
  const at = calendar.at(0.4);
  return [
    { at, run: () => organization.create(owner, "Harbour Studio") },
    { at: at + 10 * minuteMs, run: () => organization.invite(owner, [partner]) },
    { at: at + 3 * hourMs, run: () => organization.accept([partner]) },
    { at: calendar.at(0.9), run: () => organization.invite(owner, [bookkeeper], { lifetimeDays: 30 }) },
  ];
}

/** Paid by the quarter, and canceled: it ends with the period. */
function choir(deployment: Deployment, { nextPerson, calendar }: Around): Action[] {
  const organization = openDemoOrganization(deployment);
  const singers = (["admin", "write", "read"] as const).map((role): Invited => ({ ...nextPerson(), role }));
  const at = calendar.at(0.3);
  return [
    { at, run: () => organization.create(owner, "Tidewater Choir") },
    { at: at + 10 * minuteMs, run: () => organization.buy(owner, "quarterly", 5) },
    { at: at + 30 * minuteMs, run: () => organization.invite(owner, singers) },
    ...singers.map((one, n) => ({ at: at + (50 + n * 17) * minuteMs, run: () => organization.accept([one]) })),
    { at: calendar.at(0.95), run: () => organization.cancel(owner) },
  ];
}

function analytics(deployment: Deployment, { nextPerson, calendar }: Around): Action[] {
  const organization = openDemoOrganization(deployment);
  const founder = nextPerson();
  const [admin, ...others]: Invited[] = [
    { ...nextPerson(), role: "admin" },
    ...(["write", "write", "read", "read"] as const).map((role) => ({ ...nextPerson(), role })),
  ];
  const all: Invited[] = [...(admin ? [admin] : []), { ...owner, role: "write" }, ...others];
  const at = calendar.at(0.25);
  return [
    { at, run: () => organization.create(founder, "Kestrel Analytics") },
    { at: at + 20 * minuteMs, run: () => organization.grant(10) },
    { at: at + 40 * minuteMs, run: () => organization.invite(founder, all) },
    ...all.map((one, n) => ({ at: at + (60 + n * 13) * minuteMs, run: () => organization.accept([one]) })),
    { at: calendar.at(0.6), run: () => organization.changeRole(founder, owner, "read") },
  ];
}

function foundation(deployment: Deployment, { nextPerson, calendar, span }: Around): Action[] {
  const organization = openDemoOrganization(deployment);
  const founder = nextPerson();
  const message = "Would you help us with the archive? An hour a month is plenty.";
  const terms = { lifetimeDays: 14, message };
  const at = calendar.at(0.5);
  return [
    { at, run: () => organization.create(founder, "Juniper Foundation") },
    { at: at + hourMs, run: () => organization.grant(5) },
    { at: span.to - 20 * hourMs, run: () => organization.invite(founder, [{ ...owner, role: "admin" }], terms) },
  ];
}
