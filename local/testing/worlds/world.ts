import { setTimeout as pause } from "node:timers/promises";
import * as Account from "@muster/core/account/account.ts";
import * as ID from "@muster/core/base/id.ts";
import type { Member } from "@muster/core/kernel/actor.ts";
import { type Context, provide } from "@muster/core/kernel/context.ts";
import { bind, type Mail, type MailMessage, type Ports, type QueueName } from "@muster/core/kernel/ports.ts";
import * as Session from "@muster/core/session/session.ts";
import { dynamo } from "@muster/core/table/dynamo.ts";
import type { Step, Table } from "@muster/core/table/table.ts";
import { openZone, type Zone } from "../../dns/zone.ts";
import { type KeyStore, keysOf, memoryKeys } from "../../keys.ts";
import { openProviders } from "../../providers.ts";
import { newSigningKeys, signerOf } from "../../signing-keys.ts";
import { type MemoryBucket, openMemoryBucket } from "./memory-bucket.ts";
import { openTable, type TestTable } from "./table.ts";

export const origin = { ip: "203.0.113.7", agent: "Firefox on Linux" };
export const siteUrl = "https://muster.example";

/** A signed-in person, with the context of their requests outside any organization. */
export type Person = {
  account: ID.ID<"account">;
  email: string;
  token: string;
  context: Context;
};

export type World = {
  rows: TestTable;
  table: Table;
  /** The jobs that were queued and not yet taken. */
  queued: Record<QueueName, object[]>;
  bucket: MemoryBucket;
  /** The wrapping keys. */
  keyStore: KeyStore;
  zone: Zone;
  /** Mails that were sent. */
  sent: MailMessage[];
  /** The clock stands still until it is moved. */
  clock: { at: number; pass: (seconds: number) => void };
  /** Binds the ports again, with some of them replaced. */
  rebind: (ports?: Partial<Ports>) => void;
  /** Signs somebody in by the steps of the domain, and up if the address has no account. */
  person: (email: string) => Promise<Person>;
  /** The same for an address without an account, with the steps of the write that the caller makes. */
  newPerson: (email: string) => { person: Person; steps: Step[] };
  /** Runs a domain function as somebody, in an organization if one is given. */
  as: <R>(person: Person, run: () => R, organization?: Membership) => R;
};
/** The organization that somebody acts in, and as what. */
type Membership = { id: ID.ID<"organization"> } & Pick<Member, "role" | "ownTeams" | "ledTeams">;

/** A fresh deployment for a test: the real table and adapter, and queues and mail that record what they are given. */
export async function openWorld(): Promise<World> {
  const rows = await openTable();
  const table = dynamo(rows.client, rows.name);
  const queued: World["queued"] = { work: [], mail: [], codes: [], bulk: [], imports: [], checks: [] };
  const bucket = openMemoryBucket();
  const keyStore = memoryKeys();
  const keys = keysOf(keyStore);
  const signingKeys = newSigningKeys();
  const zone = openZone();
  const sent: MailMessage[] = [];
  const clock = {
    at: Date.parse("2026-11-24T09:00:00.000Z"),
    pass(seconds: number) {
      this.at += seconds * 1000;
    },
  };

  const rebind = ({ mail, ...ports }: Partial<Ports> = {}) =>
    bind({
      table,
      queues: { send: async (queue, bodies) => void queued[queue].push(...bodies) },
      mail: timely(mail ?? { send: async (message) => `message-${sent.push(message)}`, rate: async () => 100_000 }),
      ...bucket.ports,
      keyMaker: keys,
      keyOpener: keys,
      signer: signerOf({ read: () => signingKeys }),
      keyRotator: keys,
      providers: openProviders(),
      dns: zone.dns,
      quota: async () => ({ perSecond: 100_000, perDay: -1, sentInDay: 0, at: clock.at }),
      now: () => new Date(clock.at),
      pause: (ms) => pause(ms),
      settings: { productName: "Muster", siteUrl, freeSeats: 3, mailsPerHour: 1000 },
      pepper: "a pepper for tests only, with 32 characters or more",
      // what a test file before this one has bound in the same process
      limitFactor: undefined,
      syncWaitSeconds: undefined,
      resources: undefined,
      ...ports,
    });
  rebind();

  const world: World = {
    rows,
    table,
    queued,
    bucket,
    keyStore,
    zone,
    sent,
    clock,
    rebind,
    async person(email) {
      const known = await Account.at(Account.addressOf(email));
      const { person, steps } = known ? signedIn(known, email) : world.newPerson(email);
      await table.write(...steps);
      return person;
    },
    newPerson(email) {
      const account = ID.create("account");
      const { person, steps } = signedIn(account, email);
      return { person, steps: [...Account.creation(account, { email, address: Account.addressOf(email) }), ...steps] };
    },
    as(person, run, organization) {
      const { actor } = person.context;
      if (!organization || actor.type !== "account") return provide(person.context, run);
      const { id, ...held } = organization;
      const member = { ...actor, type: "member" as const, organization: id, ...held };
      return provide({ ...person.context, actor: member }, run);
    },
  };
  return world;
}

/** A new session of an account. */
function signedIn(account: ID.ID<"account">, email: string): { person: Person; steps: Step[] } {
  const address = Account.addressOf(email);
  const { step, opened } = Session.sessionStart(account, { email, address, origin }, "code");
  const via = { kind: "session" as const, id: opened.session.id, authenticatedAt: opened.session.authenticatedAt };
  const context: Context = { actor: { type: "account", account, address, email, via, origin } };
  return { person: { account, email, token: opened.token, context }, steps: [step] };
}

/** Mail that waits for its slot, also in the pretended provider. */
function timely(mail: Mail): Mail {
  return {
    rate: () => mail.rate(),
    async send(message, slot) {
      await slot.come();
      return mail.send(message, slot);
    },
  };
}
