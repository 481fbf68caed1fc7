import { dayMs, hourMs, minuteMs } from "@muster/core/base/duration.ts";
import type { Role } from "@muster/core/base/role.ts";
import { request } from "@muster/core/invitation/request.ts";
import { type Calendar, type Cast, invitersOf, owner, type Span, slices, spread, writersOf } from "./cast.ts";
import type { Deployment, MailStatus } from "./deployment.ts";
import { deviceActions } from "./device-story.ts";
import { openFleet } from "./devices.ts";
import { digestActions } from "./digest.ts";
import { domainActions } from "./domains.ts";
import { importActions } from "./imports.ts";
import { neighbors } from "./neighbors.ts";
import { type Figure, inventPeople, pick, seeded } from "./people.ts";
import { type Action, type DemoOrganization, type Invited, openDemoOrganization, receiveStripe } from "./scenarios.ts";
import { secretActions } from "./secrets.ts";
import { settingActions } from "./settings.ts";
import { teamActions } from "./teams.ts";
import { updateActions } from "./updates.ts";

const rowsPerSending = 100;
/** The maximum number of people in a large organization who accept at the same instant. */
const maxAtOnce = 100;
const pilotSeats = 12;
/** By then the email has arrived. */
const mailedMs = 50 * hourMs;

const contact = { name: "Ada Lindqvist", email: "office@meridian-labs.example", phone: "+46 8 555 01 23" };
const address = { country: "SE", street: "Exempelgatan 12", city: "Stockholm", postalCode: "111 20" };

/**
 * Writes the past of a deployment up to now, in chronological order. `members` are those of the largest organization.
 */
export function writeHistory(
  deployment: Deployment,
  { members, seed, span, devices }: { members: number; seed: number; span: Span; devices: string },
) {
  const random = seeded(seed);
  const nextPerson = inventPeople(random, [owner.email]);
  const cast = chooseCast(members, nextPerson, random);
  const organization = openDemoOrganization(deployment);
  const calendar = openCalendar(span, random);
  const actions = [
    ...beginnings(deployment, { organization, cast, calendar }),
    ...growth({ organization, cast, calendar, members }),
    ...changes({ organization, cast, calendar, random, members }),
    ...teamActions({ organization, cast, calendar }),
    ...updateActions(deployment, { organization, cast, calendar }),
    ...digestActions(deployment, { organization, cast, span }),
    ...settingActions({ organization, cast, calendar }),
    ...secretActions({ organization, cast, calendar }),
    ...domainActions({ organization, cast, calendar }),
    ...importActions(deployment, { organization, cast, calendar, span }),
    ...endings(deployment, { organization, cast, calendar }),
    ...invitations(deployment, { organization, cast, calendar, span, random }),
    ...nights({ organization, span }),
    ...neighbors(deployment, { nextPerson, calendar, span }),
    ...deviceActions({ organization, fleet: openFleet(deployment, organization, devices), cast, span }),
  ];
  return actions.toSorted((one, other) => one.at - other.at);
}

function openCalendar({ from, to }: Span, random: () => number): Calendar {
  return {
    at: (part) => {
      const at = from + part * (to - from);
      const working = at - (at % dayMs) + 7 * hourMs + Math.floor(random() * 11 * hourMs);
      return Math.min(Math.max(working, from), to - 30 * minuteMs - Math.floor(random() * hourMs));
    },
    after: (at, ms) => Math.min(at + ms, to - 4 * minuteMs),
  };
}

function chooseCast(members: number, nextPerson: () => Figure, random: () => number): Cast {
  const some = (share: number, min: number, max: number) => Math.min(max, Math.max(min, Math.round(members * share)));
  const role = (): Role => (random() < 0.45 ? "write" : "read");
  const many = (count: number, roleOf: (n: number) => Role = role): Invited[] =>
    Array.from({ length: count }, (_, n) => ({ ...nextPerson(), role: roleOf(n) }));
  const [owners, admins] = [members < 1000 ? 1 : 2, some(0.03, 3, 120)];
  const founders = many(owners + admins, (n) => (n < owners ? "owner" : "admin"));
  const back = many(some(0.002, 1, 10));
  const former = some(0.015, 2, 100);
  const ended = some(0.02, 2, 60);
  return {
    founders,
    back,
    staff: many(members - 1 - founders.length - back.length),
    removed: many(former),
    left: many(former),
    declined: many(ended),
    revoked: many(ended),
    expired: many(ended),
    pending: many(some(0.06, pendingMailStatuses.length, 240), (n) => (n === 3 ? "admin" : role())),
    imported: many(some(0.01, 12, 60)),
  };
}

type Parts = { organization: DemoOrganization; cast: Cast; calendar: Calendar };

/** Ada creates it, and a few people try it before all others join. */
function beginnings(deployment: Deployment, { organization, cast, calendar }: Parts): Action[] {
  const { founders } = cast;
  const people = [cast.staff, cast.removed, cast.left, cast.back, cast.declined, cast.revoked, cast.expired];
  const seats = people.reduce(
    (sum, some) => sum + some.length,
    founders.length + cast.pending.length + cast.imported.length + 1,
  );
  const start = calendar.at(0);
  const signIns = [
    ["Safari on iPhone", 0.8],
    ["Firefox on Linux", 0.95],
  ] as const;
  return [
    { at: start, run: () => organization.create(owner, "Meridian") },
    { at: start + hourMs, run: () => organization.buy(owner, "monthly", Math.max(pilotSeats, founders.length + 1)) },
    ...slices(founders, rowsPerSending).map((some) => ({
      at: start + 2 * hourMs,
      run: () => organization.invite(owner, some, { message: "Welcome to the pilot. We start on Monday." }),
    })),
    { at: start + 3 * hourMs, run: () => organization.signIn(founders) },
    ...founders.map((one, n) => ({ at: start + 3 * hourMs + n * 7 * minuteMs, run: () => organization.accept([one]) })),
    { at: start + 26 * hourMs, run: () => organization.rename(owner, "Meridian Labs") },
    { at: start + 27 * hourMs, run: () => organization.changeSettings(owner, { contact, address }) },
    { at: start + 30 * hourMs, run: () => organization.resize(owner, roundUp(seats * 0.6)) },
    { at: calendar.at(0.5), run: () => organization.resize(owner, roundUp(seats * 1.1)) },
    ...signIns.map(([agent, part]) => ({ at: calendar.at(part), run: () => deployment.signIn(owner, agent) })),
  ];
}

/** Wave after wave is invited and joins. Those who leave later are among the first, and join after the email. */
function growth({ organization, cast, calendar, members }: Parts & { members: number }): Action[] {
  const parting = [...cast.removed, ...cast.back, ...cast.left];
  const all = [...parting, ...cast.staff];
  const waves = slices(all, Math.min(rowsPerSending, Math.ceil(all.length / 16)));
  const inviters = invitersOf(cast);
  const together = Math.min(maxAtOnce, Math.ceil(members / 180));
  return waves.flatMap((wave, n) => {
    const at = calendar.at(0.2 + (0.76 * n) / waves.length);
    const first = calendar.after(at, wave.some((one) => parting.includes(one)) ? mailedMs : 3 * minuteMs);
    const bursts = slices(wave, together);
    return [
      { at, run: () => organization.invite(inviters[n % inviters.length] ?? owner, wave) },
      { at: first, run: () => organization.signIn(wave) },
      ...bursts.map((some, i) => ({ at: first + i * 17_000, run: () => organization.accept(some) })),
    ];
  });
}

function changes({
  organization,
  cast,
  calendar,
  random,
  members,
}: Parts & { random: () => number; members: number }): Action[] {
  const [admin = owner] = invitersOf(cast).slice(1);
  const late = () => calendar.at(0.75 + random() * 0.24);
  const writers = writersOf(cast);
  const long = cast.staff.slice(0, Math.ceil(members * 0.45)).filter((one) => !writers.includes(one));
  const promoted = spread(long, Math.min(120, Math.ceil(members * 0.12)));
  const active = spread([...cast.founders, ...cast.staff], Math.min(20_000, Math.ceil(members * 0.8)));
  return [
    ...promoted.map((one) => {
      const role = one.role === "read" ? "write" : pick(random, ["admin", "read"] as const);
      return { at: late(), run: () => organization.changeRole(role === "admin" ? owner : admin, one, role) };
    }),
    ...cast.removed.map((one) => ({ at: late(), run: () => organization.remove(admin, one) })),
    ...cast.left.map((one) => ({ at: late(), run: () => organization.leave(one) })),
    ...cast.back.flatMap((one) => {
      const at = calendar.at(0.7 + random() * 0.15);
      return [
        { at, run: () => organization.remove(admin, one) },
        { at: at + 2 * hourMs, run: () => organization.reinstate(owner, one) },
      ];
    }),
    ...slices(active, Math.min(100, Math.ceil(active.length / 8))).map((some) => ({
      at: calendar.at(0.85 + random() * 0.15),
      run: () => organization.touch(some),
    })),
  ];
}

/** Invitations that nobody accepted. */
function endings({ asStranger }: Deployment, { organization, cast, calendar }: Parts): Action[] {
  const inviters = invitersOf(cast);
  const invited = (one: Invited, at: number, n: number, lifetimeDays: number): Action => ({
    at,
    run: () => organization.invite(inviters[n % inviters.length] ?? owner, [one], { lifetimeDays }),
  });
  const [eager] = cast.expired;
  const asking = async (figure: Figure) => {
    const token = await organization.tokenOf(figure);
    return asStranger(() => request({ token }));
  };
  return [
    ...cast.expired.flatMap((one, n) => invited(one, calendar.at(0.25 + (0.5 * n) / cast.expired.length), n, 3)),
    ...(eager ? [{ at: calendar.at(0.93), run: () => asking(eager) }] : []),
    ...cast.declined.flatMap((one, n) => {
      const at = calendar.at(0.3 + (0.6 * n) / cast.declined.length);
      return [invited(one, at, n, 14), { at: calendar.after(at, mailedMs), run: () => organization.decline(one) }];
    }),
    ...cast.revoked.flatMap((one, n) => {
      const at = calendar.at(0.35 + (0.6 * n) / cast.revoked.length);
      return [
        invited(one, at, n, 14),
        { at: calendar.after(at, mailedMs), run: () => organization.revoke(owner, one) },
      ];
    }),
  ];
}

/** The results for the mails of pending invitations; `suppressed` follows an earlier bounce. */
const pendingMailStatuses = [
  ...(["delivered", "bounced", "sent", "delivered", "suppressed", "complained", "delivered", "unconfirmed"] as const),
  ...(["failed", "delivered", "later", "delivered"] as const),
];

/** Invitations of the last days that are still open; `later` ones are sent by the real mailer. */
function invitations(
  deployment: Deployment,
  { organization, cast, calendar, span, random }: Parts & { span: Span; random: () => number },
): Action[] {
  const inviters = invitersOf(cast);
  return cast.pending.flatMap((one, n): Action[] => {
    const by = inviters[n % inviters.length] ?? owner;
    const mailStatus = n < pendingMailStatuses.length ? (pendingMailStatuses[n] ?? "delivered") : "delivered";
    const isLate = mailStatus === "later";
    const ageMs = isLate ? 2 * minuteMs : Math.floor((0.2 + random() * 4.5) * dayMs);
    const at = isLate ? span.to - ageMs : calendar.at(1 - ageMs / (span.to - span.from));
    const lifetimeDays = pick(random, [7, 7, 7, 14, 30]);
    const message = n % 5 === 0 ? "We would like you to have a look at our boards." : undefined;
    const mails: MailStatus = mailStatus === "suppressed" ? "bounced" : isLate ? "delivered" : mailStatus;
    const invite = async () => {
      deployment.willBe(one.email, mails);
      await organization.invite(one.role === "admin" ? owner : by, [one], {
        lifetimeDays,
        ...(message && { message }),
      });
    };
    const later = Math.min(at + 3 * hourMs, span.to - 4 * minuteMs);
    return [
      { at, run: invite },
      ...(mailStatus === "suppressed"
        ? [{ at: later, afterReactions: true as const, run: () => organization.resend(owner, one) }]
        : []),
      ...(n === 3 ? [{ at: later, run: () => organization.changeInvitation(owner, one, "write") }] : []),
    ];
  });
}

/** Returns the work of the schedule in each night. */
function nights({ organization, span }: { organization: DemoOrganization; span: Span }): Action[] {
  const first = span.from - (span.from % dayMs) + 2 * dayMs;
  const count = Math.max(0, Math.floor((span.to - first) / dayMs) + 1);
  return Array.from({ length: count }, (_, n) => first + n * dayMs).flatMap((at) => [
    { at, run: () => receiveStripe() },
    { at, run: () => organization.expire() },
    { at, run: () => organization.remind(at + dayMs, at + 2 * dayMs) },
  ]);
}

/** Seats are bought in round numbers. */
function roundUp(seats: number): number {
  const step = seats < 100 ? 5 : 10 ** (String(Math.ceil(seats)).length - 2) * 5;
  return Math.ceil(seats / step) * step;
}
