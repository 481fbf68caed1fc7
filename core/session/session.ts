import * as v from "valibot";
import * as Account from "../account/account.ts";
import { accountKeys } from "../account/keys.ts";
import { endSessions } from "../account/sessions.ts";
import { Email } from "../account/shape.ts";
import { daySeconds, hourMs } from "../base/duration.ts";
import { failure, isFailure } from "../base/failure.ts";
import * as ID from "../base/id.ts";
import { shown } from "../base/row.ts";
import { withoutUndefined } from "../base/without-undefined.ts";
import { claimKey } from "../domain/claim.ts";
import type { Account as Actor, Origin } from "../kernel/actor.ts";
import { reauthenticatedUntil } from "../kernel/authorize.ts";
import { Cursor, failures as cursorFailures, listOf, page } from "../kernel/cursor.ts";
import { fn } from "../kernel/fn.ts";
import { remember } from "../kernel/idempotency.ts";
import { epoch, instant, table } from "../kernel/ports.ts";
import { type Read, readAll } from "../kernel/stored.ts";
import { writeIfPossible } from "../kernel/write-unless.ts";
import { mailKeys } from "../mail/keys.ts";
import type { BlockRow } from "../mail/row.ts";
import * as Windows from "../rate/windows.ts";
import { absent, equal, keyOf, present, put, remove, update, when } from "../table/table.ts";
import * as Code from "./code.ts";
import { checkCode, consuming, Flow, failures as flowFailures, mailAgain, startFlow } from "./flow.ts";
import { sessionKeys } from "./keys.ts";
import { idleDays, lifetimeDays, pageSize } from "./limits.ts";
import { SessionRow } from "./row.ts";
import { type Way, ways } from "./shape.ts";
import * as Token from "./token.ts";

const absoluteSeconds = lifetimeDays * daySeconds;
const idleSeconds = idleDays * daySeconds;

// Shapes

/** A browser or script that is signed in. */
export const Info = v.object({
  id: ID.schema("session"),
  /** True if it is the session of this request. */
  current: v.boolean(),
  /** The `User-Agent` that signed in. */
  agent: v.string(),
  /** The time it signed in. */
  createdAt: v.string(),
  /** The way that it signed in: by an emailed `code`, or with a `passkey`. Missing if that is not known. */
  way: v.optional(shown(ways)),
  /** The time it was last used, to within an hour. */
  usedAt: v.string(),
  /** The time it ends, unless it is used before. */
  expiresAt: v.string(),
  /** The time the identity of its account was last confirmed, with a code. */
  authenticatedAt: v.string(),
});
export type Info = v.InferOutput<typeof Info>;

const CodeInput = v.strictObject({
  /** The id that asking for the code answered. */
  flow: ID.schema("flow"),
  /** The code from the mail. Case, spaces, and hyphens do not matter. */
  code: v.pipe(v.string(), v.maxLength(40, "This is too long.")),
});
const SignInInput = v.strictObject({
  ...CodeInput.entries,
  /** The time zone of an account that is created, by its IANA name; `UTC` without it, and if it is not known. */
  zone: v.optional(v.pipe(v.string(), v.maxLength(64, "This is too long."))),
});
export const SignedIn = v.object({
  /** The account that signed in. */
  account: v.pick(Account.Info, ["id", "email"]),
  session: Info,
  /** The bearer token. It is shown only once. */
  token: v.string(),
  browser: v.string(),
});
export const Reauthentication = v.object({
  /** The time it was confirmed. */
  authenticatedAt: v.string(),
  /** The time until which it counts. */
  reauthenticatedUntil: v.string(),
});

// Failures

export const failures = {
  ...flowFailures,
  missing: failure("missing", "session.missing", "Session not found."),
  bouncedAgain: failure("conflict", "mail.bounced_again", "An email to this address just bounced again."),
};

// Functions

/** Mails a sign-in code to an address. The answer is the same whether the address has an account or not. */
export const requestCode = fn(
  "session.requestCode",
  {
    input: v.strictObject({ email: Email }),
    output: Flow,
    failures: [failures.repeated, Windows.failures.limited],
    replay: mailAgain,
  },
  ({ email }, actor) => startFlow(email, actor.origin, { purpose: "signIn" }),
);

/** Exchanges a code for a new session, and creates an account if the address has none. */
export const signIn = fn(
  "session.signIn",
  {
    input: SignInInput,
    output: SignedIn,
    failures: [failures.refused, failures.repeated, Windows.failures.limited],
    idempotency: "unsupported",
  },
  async ({ flow, code, zone }, { origin }) => {
    const { email, address, sentAt } = await checkCode(flow, code, origin, { purpose: "signIn" });
    const [known, claim, block] = await table.getMany([
      accountKeys.claim(address),
      claimKey(email),
      mailKeys.suppression(address),
    ]);
    const person = { email, address, origin };
    const opened = await (known ? startSession(known.account, person, flow) : signUp(person, flow, zone));
    if (block) await forgetBounce(block, sentAt);
    if (claim) {
      const { joinAutomatically } = await import("../domain/join.ts");
      await joinAutomatically(actorOf(opened, person), claim);
    }
    return opened;
  },
);

/** Lists my sessions, except expired ones. */
export const list = fn(
  "session.list",
  {
    input: v.strictObject({ cursor: v.optional(Cursor) }),
    output: listOf(Info, pageSize),
    failures: [cursorFailures.invalid],
  },
  async ({ cursor }, actor) => {
    const query = { ...sessionKeys.sessions(actor.account), limit: pageSize, consistent: true };
    const { items, next } = await page(`session.list ${actor.account}`, query, cursor);
    const live = readAll(SessionRow, items)
      .filter(isLive)
      .map((item) => describe(item, actor.via.id));
    return { items: live, ...(next && { next }) };
  },
);

/** Ends one of my sessions, by default this one. Its next request is refused. */
export const end = fn(
  "session.end",
  {
    input: v.strictObject({ session: v.optional(Info.entries.id) }),
    output: v.void(),
    failures: [failures.missing],
    idempotency: "endsAccess",
  },
  async ({ session }, actor) => {
    const known = when(present, failures.missing);
    await table.write(remove(sessionKeys.session(actor.account, session ?? actor.via.id), known), ...remember());
  },
);

/** Signs out everywhere, including here. */
export const endAll = fn("session.endAll", { input: v.strictObject({}), output: v.void() }, (_, actor) =>
  endSessions(actor.account),
);

/** Step-up: mails a code to the address of this session. */
export const requestReauthentication = fn(
  "session.requestReauthentication",
  {
    input: v.strictObject({}),
    output: Flow,
    failures: [failures.repeated, Windows.failures.limited],
    replay: mailAgain,
  },
  (_, actor) => startFlow(actor.email, actor.origin, { purpose: "reauthentication", session: actor.via.id }),
);

/** Exchanges that code for some minutes in which this session may do what requires a confirmed identity. */
export const reauthenticate = fn(
  "session.reauthenticate",
  {
    input: CodeInput,
    output: Reauthentication,
    failures: [failures.refused, failures.missing, Windows.failures.limited],
  },
  async ({ flow, code }, actor) => {
    await checkCode(flow, code, actor.origin, { purpose: "reauthentication", session: actor.via.id });
    const authenticatedAt = instant();
    const info = { authenticatedAt, reauthenticatedUntil: reauthenticatedUntil(authenticatedAt) };
    const session = sessionKeys.session(actor.account, actor.via.id);
    await table.write(
      consuming(flow),
      update(session, { set: { authenticatedAt } }, when(present, failures.missing)),
      ...remember(info),
    );
    return info;
  },
);

// For handlers

/** Returns whether a session row is still valid: within its absolute and its idle lifetime. */
export function isLive(item: Pick<SessionRow, "expiresAt" | "idleAt">): boolean {
  const at = instant();
  // threat: a session lives forever
  // threat: a session lives forever without use
  return item.expiresAt > at && item.idleAt > at;
}

/** Extends the idle lifetime of a session that is used, at most once an hour. */
export async function touch(item: SessionRow): Promise<void> {
  const idleAt = instant(idleSeconds);
  if (Date.parse(idleAt) - Date.parse(item.idleAt) < hourMs) return;
  const step = update(keyOf(item), { set: { idleAt } }, when(present, failures.missing));
  // bookkeeping decides no answer: the session may have ended, or the table may be busy
  await writeIfPossible(step);
}

// Sessions

/** A code that was mailed after a bounce, and was read, proves that the mailbox takes email again. */
async function forgetBounce(block: BlockRow, codeSentAt = ""): Promise<void> {
  const { bounced } = block;
  // threat: a code from before a bounce ends its suppression
  if (bounced === undefined || bounced >= codeSentAt) return;
  // threat: a sign-in ends the suppression of a bounce that it knows nothing of
  const asRead = when(equal("bounced", bounced), failures.bouncedAgain);
  // it may have bounced again, or the table be busy: they have signed in
  await writeIfPossible(update(keyOf(block), { unset: ["bounced"] }, asRead));
}

type Person = { email: string; address: ID.ID<"address">; origin: Origin };

/** Returns the step that opens a session, and the new session. */
export function sessionStart(account: ID.ID<"account">, { email, address, origin }: Person, way: Way) {
  const token = Token.mint(account);
  // threat: tokens in the table in clear
  const id = ID.derive("session", token);
  const session: SessionRow = {
    pk: account,
    sk: id,
    email,
    address,
    agent: origin.agent.slice(0, 200),
    createdAt: instant(),
    authenticatedAt: instant(),
    way,
    expiresAt: instant(absoluteSeconds),
    idleAt: instant(idleSeconds),
    ttl: epoch(absoluteSeconds),
  };
  const opened = {
    account: { id: account, email },
    session: describe(session, id),
    token,
    browser: Code.markBrowser(address),
  };
  return { step: put(keyOf(session), session, when(absent, failures.repeated)), opened };
}

/** Returns the actor that somebody is who has just signed in. */
function actorOf({ account: { id: account }, session }: v.InferOutput<typeof SignedIn>, person: Person): Actor {
  const via = { kind: "session" as const, id: session.id, authenticatedAt: session.authenticatedAt };
  return { type: "account", account, ...person, via };
}

/** The code is used up with the session that it opens: a crash or a lost answer in between costs nobody their code. */
async function startSession(account: ID.ID<"account">, person: Person, flow: ID.ID<"flow">) {
  const { step, opened } = sessionStart(account, person, "code");
  await table.write(consuming(flow), step);
  return opened;
}

async function signUp(person: Person, flow: ID.ID<"flow">, zone: string | undefined) {
  const account = ID.create("account");
  const { step, opened } = sessionStart(account, person, "code");
  try {
    await table.write(consuming(flow), ...Account.creation(account, person, zone), step);
    return opened;
  } catch (error) {
    const winner = isFailure(error, Account.failures.taken) && (await Account.at(person.address));
    if (!winner) throw error;
    return startSession(winner, person, flow); // the same person just signed up in another window
  }
}

function describe(session: Read<typeof SessionRow>, current: ID.ID<"session">): Info {
  const { sk: id, agent, createdAt, way, idleAt, expiresAt, authenticatedAt } = session;
  const usedAt = new Date(Date.parse(idleAt) - idleSeconds * 1000).toISOString();
  const known = { id, current: id === current, agent, createdAt, usedAt, expiresAt, authenticatedAt };
  return { ...known, ...withoutUndefined({ way }) };
}
