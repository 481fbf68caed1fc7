import { dayMs, hourMs, minuteMs } from "@muster/core/base/duration.ts";
import type { Role } from "@muster/core/base/role.ts";
import { request } from "@muster/core/invitation/request.ts";
import { type Calendar, type Cast, invitersOf, owner, type Span, slices, spread } from "./cast.ts";
import type { Deployment, MailStatus } from "./deployment.ts";
import { importScenes } from "./imports.ts";
import { neighbors } from "./neighbors.ts";
import { type Figure, openCrowd, pick, seeded } from "./people.ts";
import { type DemoOrganization, hearStripe, type Invited, openDemoOrganization, type Scene } from "./scenarios.ts";
import { secretScenes } from "./secrets.ts";
import { teamScenes } from "./teams.ts";

const rowsPerOffer = 100;
/** The maximum number of people in a large organization who accept at the same instant. */
const maxAtOnce = 100;
const pilotSeats = 12;
/** By then the email has arrived. */
const mailedMs = 50 * hourMs;

const contact = { name: "Ada Lindqvist", email: "office@meridian-labs.example", phone: "+46 8 555 01 23" };
const address = { country: "SE", street: "Exempelgatan 12", city: "Stockholm", postalCode: "111 20" };

/**
 * What has happened in a deployment up to now, in chronological order. `members` are those of the largest organization.
 */
export function writeHistory(
  deployment: Deployment,
  { members, seed, span }: { members: number; seed: number; span: Span },
) {
  const random = seeded(seed);
  const crowd = openCrowd(random, [owner.email]);
  const cast = chooseCast(members, crowd, random);
  const house = openDemoOrganization(deployment);
  const calendar = openCalendar(span, random);
  const scenes = [
    ...beginnings(deployment, { house, cast, calendar }),
    ...growth({ house, cast, calendar, members }),
    ...changes({ house, cast, calendar, random, members }),
    ...teamScenes({ house, cast, calendar }),
    ...secretScenes({ house, cast, calendar }),
    ...importScenes(deployment, { house, cast, calendar, span }),
    ...endings(deployment, { house, cast, calendar }),
    ...offers(deployment, { house, cast, calendar, span, random }),
    ...nights({ house, span }),
    ...neighbors(deployment, { crowd, calendar, span }),
  ];
  return scenes.toSorted((one, other) => one.at - other.at);
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

function chooseCast(members: number, crowd: () => Figure, random: () => number): Cast {
  const some = (share: number, least: number, most: number) =>
    Math.min(most, Math.max(least, Math.round(members * share)));
  const role = (): Role => (random() < 0.45 ? "write" : "read");
  const many = (count: number, roleOf: (n: number) => Role = role): Invited[] =>
    Array.from({ length: count }, (_, n) => ({ ...crowd(), role: roleOf(n) }));
  const [owners, admins] = [members < 1000 ? 1 : 2, some(0.03, 3, 120)];
  const founders = many(owners + admins, (n) => (n < owners ? "owner" : "admin"));
  const back = many(some(0.002, 1, 10));
  const parted = some(0.015, 2, 100);
  const ended = some(0.02, 2, 60);
  return {
    founders,
    back,
    staff: many(members - 1 - founders.length - back.length),
    removed: many(parted),
    left: many(parted),
    declined: many(ended),
    revoked: many(ended),
    expired: many(ended),
    pending: many(some(0.06, pendingMailStatuses.length, 240), (n) => (n === 3 ? "admin" : role())),
    imported: many(some(0.01, 12, 60)),
  };
}

type Parts = { house: DemoOrganization; cast: Cast; calendar: Calendar };

/** Ada creates it, and a few people try it before all others join. */
function beginnings(deployment: Deployment, { house, cast, calendar }: Parts): Scene[] {
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
    { at: start, run: () => house.found(owner, "Meridian") },
    { at: start + hourMs, run: () => house.buy(owner, "monthly", Math.max(pilotSeats, founders.length + 1)) },
    ...slices(founders, rowsPerOffer).map((some) => ({
      at: start + 2 * hourMs,
      run: () => house.offer(owner, some, { message: "Welcome to the pilot. We start on Monday." }),
    })),
    { at: start + 3 * hourMs, run: () => house.gather(founders) },
    ...founders.map((one, n) => ({ at: start + 3 * hourMs + n * 7 * minuteMs, run: () => house.accept([one]) })),
    { at: start + 26 * hourMs, run: () => house.rename(owner, "Meridian Labs") },
    { at: start + 27 * hourMs, run: () => house.settle(owner, { contact, address }) },
    { at: start + 30 * hourMs, run: () => house.resize(owner, roundUp(seats * 0.6)) },
    { at: calendar.at(0.5), run: () => house.resize(owner, roundUp(seats * 1.1)) },
    ...signIns.map(([agent, part]) => ({ at: calendar.at(part), run: () => deployment.signIn(owner, agent) })),
  ];
}

/** Wave after wave is invited and joins. Those who leave later are among the first, and join after the email. */
function growth({ house, cast, calendar, members }: Parts & { members: number }): Scene[] {
  const parting = [...cast.removed, ...cast.back, ...cast.left];
  const all = [...parting, ...cast.staff];
  const waves = slices(all, Math.min(rowsPerOffer, Math.ceil(all.length / 16)));
  const inviters = invitersOf(cast);
  const together = Math.min(maxAtOnce, Math.ceil(members / 180));
  return waves.flatMap((wave, n) => {
    const at = calendar.at(0.2 + (0.76 * n) / waves.length);
    const first = calendar.after(at, wave.some((one) => parting.includes(one)) ? mailedMs : 3 * minuteMs);
    const bursts = slices(wave, together);
    return [
      { at, run: () => house.offer(inviters[n % inviters.length] ?? owner, wave) },
      { at: first, run: () => house.gather(wave) },
      ...bursts.map((some, i) => ({ at: first + i * 17_000, run: () => house.accept(some) })),
    ];
  });
}

function changes({
  house,
  cast,
  calendar,
  random,
  members,
}: Parts & { random: () => number; members: number }): Scene[] {
  const [admin = owner] = invitersOf(cast).slice(1);
  const late = () => calendar.at(0.75 + random() * 0.24);
  const promoted = spread(cast.staff.slice(0, Math.ceil(members * 0.45)), Math.min(120, Math.ceil(members * 0.12)));
  const active = spread([...cast.founders, ...cast.staff], Math.min(20_000, Math.ceil(members * 0.8)));
  return [
    ...promoted.map((one) => {
      const role = one.role === "read" ? "write" : pick(random, ["admin", "read"] as const);
      return { at: late(), run: () => house.changeRole(role === "admin" ? owner : admin, one, role) };
    }),
    ...cast.removed.map((one) => ({ at: late(), run: () => house.remove(admin, one) })),
    ...cast.left.map((one) => ({ at: late(), run: () => house.leave(one) })),
    ...cast.back.flatMap((one) => {
      const at = calendar.at(0.7 + random() * 0.15);
      return [
        { at, run: () => house.remove(admin, one) },
        { at: at + 2 * hourMs, run: () => house.reinstate(owner, one) },
      ];
    }),
    ...slices(active, Math.min(100, Math.ceil(active.length / 8))).map((some) => ({
      at: calendar.at(0.85 + random() * 0.15),
      run: () => house.touch(some),
    })),
  ];
}

/** Invitations that nobody accepted. */
function endings({ asStranger }: Deployment, { house, cast, calendar }: Parts): Scene[] {
  const inviters = invitersOf(cast);
  const offered = (one: Invited, at: number, n: number, lifetimeDays: number): Scene => ({
    at,
    run: () => house.offer(inviters[n % inviters.length] ?? owner, [one], { lifetimeDays }),
  });
  const [eager] = cast.expired;
  const asking = async (figure: Figure) => {
    const token = await house.tokenOf(figure);
    return asStranger(() => request({ token }));
  };
  return [
    ...cast.expired.flatMap((one, n) => offered(one, calendar.at(0.25 + (0.5 * n) / cast.expired.length), n, 3)),
    ...(eager ? [{ at: calendar.at(0.93), run: () => asking(eager) }] : []),
    ...cast.declined.flatMap((one, n) => {
      const at = calendar.at(0.3 + (0.6 * n) / cast.declined.length);
      return [offered(one, at, n, 14), { at: calendar.after(at, mailedMs), run: () => house.decline(one) }];
    }),
    ...cast.revoked.flatMap((one, n) => {
      const at = calendar.at(0.35 + (0.6 * n) / cast.revoked.length);
      return [offered(one, at, n, 14), { at: calendar.after(at, mailedMs), run: () => house.revoke(owner, one) }];
    }),
  ];
}

/** What happens to the mails of pending invitations; `suppressed` follows an earlier bounce. */
const pendingMailStatuses = [
  ...(["delivered", "bounced", "sent", "delivered", "suppressed", "complained", "delivered", "unconfirmed"] as const),
  ...(["failed", "delivered", "later", "delivered"] as const),
];

/** Invitations of the last days that are still open; `later` ones are sent by the real mailer. */
function offers(
  deployment: Deployment,
  { house, cast, calendar, span, random }: Parts & { span: Span; random: () => number },
): Scene[] {
  const inviters = invitersOf(cast);
  return cast.pending.flatMap((one, n): Scene[] => {
    const by = inviters[n % inviters.length] ?? owner;
    const mailStatus = n < pendingMailStatuses.length ? (pendingMailStatuses[n] ?? "delivered") : "delivered";
    const isLate = mailStatus === "later";
    const ageMs = isLate ? 2 * minuteMs : Math.floor((0.2 + random() * 4.5) * dayMs);
    const at = isLate ? span.to - ageMs : calendar.at(1 - ageMs / (span.to - span.from));
    const lifetimeDays = pick(random, [7, 7, 7, 14, 30]);
    const message = n % 5 === 0 ? "We would like you to have a look at our boards." : undefined;
    const mails: MailStatus = mailStatus === "suppressed" ? "bounced" : isLate ? "delivered" : mailStatus;
    const offer = async () => {
      deployment.willBe(one.email, mails);
      await house.offer(one.role === "admin" ? owner : by, [one], { lifetimeDays, ...(message && { message }) });
    };
    const later = Math.min(at + 3 * hourMs, span.to - 4 * minuteMs);
    return [
      { at, run: offer },
      ...(mailStatus === "suppressed"
        ? [{ at: later, settled: true as const, run: () => house.resend(owner, one) }]
        : []),
      ...(n === 3 ? [{ at: later, run: () => house.offerRole(owner, one, "write") }] : []),
    ];
  });
}

/** What the schedule does each night. */
function nights({ house, span }: { house: DemoOrganization; span: Span }): Scene[] {
  const first = span.from - (span.from % dayMs) + 2 * dayMs;
  const count = Math.max(0, Math.floor((span.to - first) / dayMs) + 1);
  return Array.from({ length: count }, (_, n) => first + n * dayMs).flatMap((at) => [
    { at, run: () => hearStripe() },
    { at, run: () => house.expire() },
    { at, run: () => house.remind(at + dayMs, at + 2 * dayMs) },
  ]);
}

/** Seats are bought in round numbers. */
function roundUp(seats: number): number {
  const step = seats < 100 ? 5 : 10 ** (String(Math.ceil(seats)).length - 2) * 5;
  return Math.ceil(seats / step) * step;
}
