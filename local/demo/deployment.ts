import * as Account from "@muster/core/account/account.ts";
import * as ID from "@muster/core/base/id.ts";
import type { Account as Actor, Origin } from "@muster/core/kernel/actor.ts";
import { asSystem, provide } from "@muster/core/kernel/context.ts";
import { MailRefused, MailUnconfirmed } from "@muster/core/kernel/mail-error.ts";
import { bind, type MailMessage, type Ports, type QueueName } from "@muster/core/kernel/ports.ts";
import * as Bulk from "@muster/core/mail/bulk.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import { memberKeys } from "@muster/core/member/keys.ts";
import * as Code from "@muster/core/session/code.ts";
import * as Session from "@muster/core/session/session.ts";
import type { Table } from "@muster/core/table/table.ts";
import { holdingOf } from "@muster/core/team/names.ts";
import type { Zone } from "../dns/zone.ts";
import { openProviders } from "../providers.ts";
import { batched } from "./batch.ts";
import { type Figure, nameFrom } from "./people.ts";

/** This many people sign in with a code. The others get only what remains of that after a month: their accounts. */
const signInsInFull = 60;
/** This many people correct the spelling of their name. */
const spelledNames = 500;
/** Concurrent requests to the table, if the order does not matter. */
const atOnce = 48;
const mailsPerHour = 1_000_000_000;
const mailsASecond = 100;
const agents = ["Firefox on Linux", "Chrome on Windows", "Safari on macOS", "Edge on Windows", "Chrome on Android"];

/** The result of sending a mail; `unconfirmed` if the mailer crashes while sending. */
export type MailStatus = "delivered" | "bounced" | "complained" | "sent" | "failed" | "unconfirmed";
export type Person = Figure & { account: ID.ID<"account">; address: ID.ID<"address"> };
export type Organization = ID.ID<"organization">;

/** A deployment whose clock is moved by hand and whose mails go nowhere. */
export type Deployment = {
  siteUrl: string;
  zone: Zone;
  table: Table;
  clock: { now: () => number; moveTo: (at: number) => void };
  /** Signs somebody up; an existing account is only looked up. */
  join: (figure: Figure) => Promise<Person>;
  signIn: (figure: Figure, agent: string) => Promise<Person>;
  as: <R>(person: Person, run: () => Promise<R>) => Promise<R>;
  /** Acts as a member, with the role of the membership. */
  asMember: <R>(person: Person, organization: Organization, run: () => Promise<R>) => Promise<R>;
  /** Acts as somebody who has not signed in. */
  asStranger: <R>(run: () => Promise<R>) => Promise<R>;
  /** Sets what happens to mails to an address from now on. */
  willBe: (email: string, mailStatus: MailStatus) => void;
  /** Takes what waits on the queues. */
  take: (queue: QueueName) => object[];
  /** Sends a mail, and receives the provider's event. */
  deliver: (job: object) => Promise<void>;
  /** The same for the mails of an import. */
  deliverBulk: (job: object) => Promise<void>;
};

export type Parts = Pick<Ports, "table" | "pepper" | "plans" | "stripe" | "keyMaker" | "keyOpener" | "signer"> & {
  settings: Omit<Ports["settings"], "mailsPerHour">;
  zone: Zone;
  /** The folder in which the devices of the demo keep their files. */
  devices: string;
};

/** Binds the ports of this process to it, until something else binds them. */
export function openDeployment(parts: Parts): Deployment {
  const { table, pepper, plans, stripe, keyMaker, keyOpener, signer, settings, zone } = parts;
  const together = batched(table);
  const queued: Record<QueueName, object[]> = { work: [], mail: [], codes: [], bulk: [], imports: [], checks: [] };
  const people = new Map<string, Promise<Person>>();
  const mailStatuses = new Map<string, MailStatus>();
  const posted: MailMessage[] = [];
  let at = 0;

  bind({
    table: together,
    pepper,
    plans,
    stripe,
    keyMaker,
    keyOpener,
    signer,
    syncWaitSeconds: 0,
    providers: openProviders(),
    dns: zone.dns,
    now: () => new Date(at),
    settings: {
      ...settings,
      mailsPerHour,
    },
    queues: { send: async (queue, bodies) => void queued[queue].push(...bodies) },
    mail: {
      async send(message, slot) {
        slot.gone();
        return send(message);
      },
      rate: async () => mailsASecond,
    },
    quota: async () => ({
      perSecond: mailsASecond,
      perDay: 24 * mailsPerHour,
      sentInDay: 0,
      at,
    }),
    pause: async (ms) => void (at += ms),
    bucketLinks: unused,
  });

  function send(message: MailMessage): string {
    const mailStatus = mailStatuses.get(message.to) ?? "delivered";
    if (mailStatus === "failed") throw new MailRefused("The provider does not accept this mail.");
    if (mailStatus === "unconfirmed") throw new MailerDied();
    return `demo-${posted.push(message)}`;
  }

  async function deliver(job: object): Promise<void> {
    await asSystem("mail", () => Mail.deliver(job as Mail.Job)).catch((error: unknown) => {
      if (!(error instanceof MailUnconfirmed && error.cause instanceof MailerDied)) throw error;
    });
    await Promise.all(posted.splice(0).map(report));
  }

  async function deliverBulk(job: object): Promise<void> {
    await asSystem<Promise<unknown>>("bulk", () => Bulk.perform(job as Bulk.Job));
    await Promise.all(posted.splice(0).map(report));
  }

  /** The provider's events about invitations; those about notifications are not visible. */
  async function report({ to, tags }: MailMessage): Promise<void> {
    const mailStatus = mailStatuses.get(to) ?? "delivered";
    if (
      tags.kind === "notification" ||
      mailStatus === "sent" ||
      mailStatus === "failed" ||
      mailStatus === "unconfirmed"
    ) {
      return;
    }
    await asSystem("mail-events", () => Mail.record({ mailStatus, permanent: true, recipients: [to], tags }));
  }

  async function signIn(figure: Figure, agent: string): Promise<Person> {
    const address = Account.addressOf(figure.email);
    const { account } = await provide({ actor: { type: "public", origin: originOf(figure, agent) } }, async () => {
      const { flow } = await Session.requestCode({ email: figure.email });
      return Session.signIn({ flow, code: Code.derive(flow, address) });
    });
    return { ...figure, account: account.id, address };
  }

  async function signUp(figure: Figure, number: number): Promise<Person> {
    const person = number < signInsInFull ? await signIn(figure, agentOf(figure)) : await createAlone(figure);
    const isMisspelled = nameFrom(figure.email) !== figure.name && number < spelledNames;
    if (isMisspelled) await as(person, () => Account.edit({ name: figure.name }));
    return person;
  }

  async function createAlone(figure: Figure): Promise<Person> {
    const person = { ...figure, account: ID.create("account"), address: Account.addressOf(figure.email) };
    await together.write(...Account.creation(person.account, person));
    return person;
  }

  function actorOf(person: Person): Actor {
    const { account, address, email } = person;
    const via = {
      kind: "session" as const,
      id: ID.derive("session", email),
      authenticatedAt: new Date(at).toISOString(),
    };
    return { type: "account", account, address, email, via, origin: originOf(person, agentOf(person)) };
  }

  const as = <R>(person: Person, run: () => Promise<R>) => provide({ actor: actorOf(person) }, run);

  return {
    siteUrl: settings.siteUrl,
    zone,
    table: together,
    clock: {
      now: () => at,
      moveTo: (instant) => {
        at = Math.max(at, instant);
      },
    },
    join: (figure) => {
      const known = people.get(figure.email) ?? signUp(figure, people.size);
      people.set(figure.email, known);
      return known;
    },
    signIn,
    as,
    asMember: async (person, organization, run) => {
      const row = await together.get(memberKeys.member(organization, person.account));
      if (!row) throw new Error(`${person.name} is not a member at this point of the story.`);
      return provide(
        { actor: { ...actorOf(person), type: "member", organization, role: row.role, ...holdingOf(row) } },
        run,
      );
    },
    asStranger: (run) => provide({ actor: { type: "public", origin: { ip: "203.0.113.7", agent: "Firefox" } } }, run),
    willBe: (email, mailStatus) => void mailStatuses.set(email, mailStatus),
    take: (queue) => queued[queue].splice(0),
    deliver,
    deliverBulk,
  };
}

/** Nobody in the story uses a form or a URL of the bucket: their files are stored directly. */
const unused = {
  presignUpload: async ({ metadata = {} }: { metadata?: Record<string, string> }) => ({
    url: "about:blank",
    fields: metadata,
  }),
  presignDownload: async () => "about:blank",
};

class MailerDied extends Error {
  override name = "MailerDied";
}

/** Does something for each, several at once, and returns the results in order. */
export async function forEach<T, R>(all: readonly T[], run: (one: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  const left = all.entries();
  const work = async () => {
    for (const [i, one] of left) answers[i] = await run(one);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return answers;
}

const agentOf = ({ email }: Figure) => agents[hash(email) % agents.length] as string;

/** Gives everybody a network of their own, in the range that is reserved for benchmarks. */
function originOf({ email }: Figure, agent: string): Origin {
  const number = hash(email);
  return { ip: `198.${18 + ((number >> 16) & 1)}.${(number >> 8) & 255}.${number & 255}`, agent };
}

const hash = (text: string) => [...text].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0, 7);
