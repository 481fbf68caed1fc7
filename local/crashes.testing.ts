import { randomUUID } from "node:crypto";
import { type Caller, until } from "./testing/worlds/caller.ts";
import { scan } from "./testing/worlds/scan.ts";

/** A person who is signed in. */
export type Participant = {
  email: string;
  token: string;
};
export type Participants = {
  founder: Participant;
  accepting: Participant;
  declining: Participant;
};

/** Each run of the story has an organization of its own. */
export type Run = {
  organization: string;
  cast: Participants;
};

type Row = Record<string, unknown>;

/** The events of the story in the log. */
const happened = [
  "organization.created",
  "invitation.created",
  "invitation.accepted",
  "invitation.ended",
  "member.role_changed",
  "member.removed",
];
const notificationsOf = {
  founder: ["invitation.accepted", "organization.created"],
  accepting: ["member.removed", "member.role_changed"],
};

/**
 * Two people are invited; one accepts, is notified of another role and is removed, the other declines. Each step is
 * repeated until it is answered.
 * @param afterStep is called with the number of seats in use
 */
export async function runScenario(
  caller: Caller,
  cast: Participants,
  name: string,
  afterStep: (tale: Run, taken: number) => Promise<void> = async () => {},
): Promise<Run> {
  const { founder, accepting, declining } = cast;
  const call = (who: Participant, method: string, path: string, more = {}) =>
    caller.insist(method, path, { token: who.token, ...more });

  const run = randomUUID();
  const { id } = await call(founder, "POST", "/organizations", { body: { name }, key: `found-${run}` });
  const tale = { organization: String(id), cast };
  const place = `/organizations/${tale.organization}`;
  await afterStep(tale, 1);

  const invitations = [{ email: accepting.email, role: "write" }, { email: declining.email }];
  const sent = await call(founder, "POST", `${place}/invitations`, { body: { invitations }, key: `invite-${run}` });
  const outcomes = (sent.items as Row[]).map(({ outcome }) => outcome).join();
  if (outcomes !== "invited,invited") throw new Error(`Inviting returned ${outcomes}.`);
  await afterStep(tale, 3);

  for (const guest of [accepting, declining]) {
    const preview = await caller.insist("POST", "/invitations/preview", {
      body: { token: await linkTo(caller, tale, guest) },
    });
    if (preview.outcome !== "open") throw new Error(`A link to ${guest.email} is ${String(preview.outcome)}.`);
  }
  const answer = async (guest: Participant, verb: string, done: string) => {
    const body = { token: await linkTo(caller, tale, guest) };
    await call(guest, "POST", `/invitations/${verb}`, { body, done: [done] });
  };
  await answer(accepting, "accept", "member.exists");
  await afterStep(tale, 3);
  await answer(declining, "decline", "invitation.declined");
  await afterStep(tale, 2);

  const { id: account } = await call(accepting, "GET", "/account");
  const member = `${place}/members/${String(account)}`;
  await call(founder, "PATCH", member, { body: { role: "admin" } });
  const { role } = await call(accepting, "GET", place);
  if (role !== "admin") throw new Error(`The new role is ${String(role)}.`);
  await until(async () => {
    const kinds = await notificationsTo(caller, tale, accepting);
    return kinds.includes("member.role_changed") ? kinds : undefined;
  });
  await call(founder, "DELETE", member, { done: ["member.missing"] });
  const refused = await until(() => caller.call("GET", place, { token: accepting.token }).catch(() => undefined));
  if (refused.status !== 404) throw new Error(`The removed member is answered ${refused.status}.`);
  await afterStep(tale, 1);
  return tale;
}

/** From the mail; if its sender crashed, from the list of open invitations. */
async function linkTo(caller: Caller, { organization, cast }: Run, guest: Participant): Promise<string> {
  return until(async () => {
    const mail = (await invitationsTo(caller, organization, guest)).at(0);
    const token = /\/invitations#(\S+)/.exec(mail?.text ?? "")?.[1];
    if (token !== undefined) return token;
    const list = await caller.insist("GET", `/organizations/${organization}/invitations`, cast.founder);
    const row = (list.items as Row[]).find(({ email }) => email === guest.email);
    if (row?.mail !== "unconfirmed") return undefined;
    const { items } = await caller.insist("GET", "/invitations", guest);
    const mine = (items as Row[]).find((one) => (one.organization as Row).id === organization);
    return mine && String(mine.token);
  });
}

async function invitationsTo(caller: Caller, organization: string, { email }: Participant) {
  const mails = await caller.mailsTo(email);
  return mails.filter(({ tags }) => tags.kind === "invitation" && tags.organization === organization);
}

/** The kinds of a person's notifications about the organization. */
async function notificationsTo(caller: Caller, { organization }: Run, who: Participant): Promise<string[]> {
  const { items } = await caller.insist("GET", "/notifications", { token: who.token });
  return (items as Row[]).filter((one) => one.organization === organization).map(({ kind }) => String(kind));
}

/** The seats and people according to the API, which must agree. */
export async function seatsByApi(caller: Caller, { organization, cast }: Run) {
  const get = (path: string) => caller.insist("GET", `/organizations/${organization}${path}`, cast.founder);
  const [organizationRow, members, pending] = [
    await get(""),
    await get("/members"),
    await get("/invitations?state=pending"),
  ];
  const people = (members.items as Row[]).length;
  const invited = (pending.items as Row[]).length;
  return { committed: (organizationRow.seats as Row).committed, people, invited };
}

/** Returns what is wrong in the end, according to the table and the mailbox; waits until everything has followed. */
export async function wrongWith(caller: Caller, folder: string, tale: Run): Promise<string[]> {
  let wrong: string[] = [];
  await until(async () => {
    wrong = await lookOver(caller, folder, tale);
    return wrong.length === 0 ? true : undefined;
  }).catch(() => {});
  return wrong;
}

/** The same, at this moment. */
export async function lookOver(caller: Caller, folder: string, tale: Run): Promise<string[]> {
  const { organization, cast } = tale;
  const rows = await scan(folder);
  const of = (prefix: string) => rows.filter(({ pk, sk }) => sk === organization && String(pk).startsWith(prefix));
  const addresses = of("adr_");
  const organizationRow = rows.find(({ pk, sk }) => pk === organization && sk === "#org") ?? {};
  const taken = of("acc_").length + addresses.filter(({ state }) => state === "pending").length;
  const log = rows.filter(({ pk, sk }) => pk === `${organization}#log` && /^\d/.test(String(sk)));
  const types = log.map(({ type }) => String(type));
  const { committed, people, invited } = await seatsByApi(caller, tale);

  const wrong = [
    ...differs("seats taken", Number(organizationRow.capacity) - Number(organizationRow.free), taken),
    ...differs("seats by the API", committed, people + invited),
    ...differs("seats in the end", taken, 1),
    ...differs("the log", types.toSorted().join(), happened.toSorted().join()),
    ...differs("waiting events", rows.filter(({ pk }) => pk === `${organization}#out`).length, 0),
  ];
  for (const guest of [cast.accepting, cast.declining]) {
    const mails = (await invitationsTo(caller, organization, guest)).length;
    const row = addresses.find(({ email }) => email === guest.email);
    const isLost = mails === 0 && row?.mail === "unconfirmed";
    if (mails !== 1 && !isLost) wrong.push(`${guest.email} got ${mails}, and the row says ${String(row?.mail)}`);
  }
  for (const who of ["founder", "accepting"] as const) {
    const kinds = await notificationsTo(caller, tale, cast[who]);
    wrong.push(...differs(`notifications to ${who}`, kinds.toSorted().join(), notificationsOf[who].join()));
  }
  return wrong;
}

const differs = (what: string, is: unknown, should: unknown) =>
  is === should ? [] : [`${what}: ${String(is)}, not ${String(should)}`];
