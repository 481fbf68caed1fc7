import { openWorld, type Person } from "@muster/local/testing/worlds/world.ts";
import { beforeAll, describe, expect, test } from "vitest";
import * as Account from "./account/account.ts";
import { announce } from "./audit/announce.ts";
import * as Audit from "./audit/audit.ts";
import type { ID } from "./base/id.ts";
import { mintToken } from "./invitation/link.ts";
import * as Sending from "./invitation/send.ts";
import { asSystem, provide } from "./kernel/context.ts";
import { kernelKeys } from "./kernel/keys.ts";
import { bind, pepper, type Queues } from "./kernel/ports.ts";
import * as Mail from "./mail/mail.ts";
import * as Invitation from "./mail/react.ts";
import * as Notification from "./notification/notification.ts";
import * as Organization from "./organization/organization.ts";
import * as Code from "./session/code.ts";
import * as Session from "./session/session.ts";

/** Everything that this deployment received or made that must not be found in its rows or on its queues. */
const secrets: Record<string, string> = {};
let rows: string;
let bodies: string;
let addressesIn: (text: string) => boolean;

beforeAll(async () => {
  const world = await openWorld();
  const taken: object[] = [];
  const queues: Queues = { send: async (queue, all) => void taken.push(...all, { queue }) };
  world.rebind({ queues });
  world.queued.codes.push({});
  const ada: Person = await world.person("ada@example.com");
  const browser = Code.markBrowser(Account.addressOf(ada.email));
  const origin = { ip: "203.0.113.7", agent: "Firefox", browser };
  const { flow } = await provide({ actor: { type: "public", origin } }, () =>
    Session.requestCode({ email: ada.email }),
  );
  const reauthentication = await world.as(ada, () => Session.requestReauthentication({}));
  const code = (of: ID<"flow">) => Code.derive(of, Account.addressOf(ada.email));
  Object.assign(secrets, {
    token: ada.token,
    "end of the token": ada.token.slice(-49),
    browser,
    code: code(flow),
    "code as it is read": Code.pretty(code(flow)),
    "code of the reauthentication": code(reauthentication.flow),
    pepper: pepper(),
  });
  await world.as(ada, () => Session.reauthenticate({ flow: reauthentication.flow, code: code(reauthentication.flow) }));
  await world.as(ada, () => Account.edit({ name: "Ada King" }));
  const { id } = await world.as(ada, () => Organization.create({ name: "Acme" }));
  await asSystem("mail", () => Mail.deliver({ kind: "code", flow }));
  await asSystem("follow", () => Audit.follow({ owner: id }));
  await asSystem("follow", () => Audit.follow({ owner: ada.account }));
  const event = Audit.announcement((await world.table.get(kernelKeys.logged(id, 1))) ?? {});
  if (!event) throw new Error("The log is empty.");
  await asSystem("follow", () => announce({ events: [event] }));
  await asSystem("work", () => Notification.react(event));
  const owner = { id, role: "owner" } as const;
  await world.as(ada, () => Sending.send({ invitations: [{ email: "bob@example.com" }] }), owner);
  await asSystem("follow", () => Audit.follow({ owner: id }));
  const invited = Audit.announcement((await world.table.get(kernelKeys.logged(id, 2))) ?? {});
  if (!invited) throw new Error("The log has no invitation.");
  await asSystem("work", () => Invitation.react(invited));
  const address = Account.addressOf("bob@example.com");
  secrets["link of the invitation"] = mintToken({ organization: id, address, attempt: 1, by: ada.account });
  await asSystem("mail", () => Mail.deliver({ kind: "invitation", organization: id, address, attempt: 1 }));
  rows = JSON.stringify(await world.rows.scan());
  bodies = JSON.stringify(taken);
  addressesIn = (text) => text.includes("example.com");
  bind({});
});

describe("of what is secret", () => {
  const names = [
    "token",
    "end of the token",
    "browser",
    "code",
    "code as it is read",
    "code of the reauthentication",
    "pepper",
    "link of the invitation",
  ];
  for (const name of names) {
    test(`the ${name} is in no row and in no message`, () => {
      expect(secrets[name]?.length).toBeGreaterThan(7);
      expect(rows).not.toContain(secrets[name]);
      expect(bodies).not.toContain(secrets[name]);
    });
  }

  test("there are rows and messages to search", () => {
    expect(rows).toContain("organization.created");
    expect(bodies).toContain('"kind":"code"');
    expect(bodies).toContain('"kind":"notification"');
    expect(bodies).toContain('"kind":"invitation"');
    expect(bodies).toContain('"event":"evt_');
  });

  test("no person's address is in a message, and none is a key", () => {
    expect(addressesIn(bodies)).toBe(false);
    const keys = (JSON.parse(rows) as { pk: string; sk: string }[]).map(({ pk, sk }) => `${pk} ${sk}`);
    expect(keys.filter(addressesIn)).toEqual([]);
  });
});
