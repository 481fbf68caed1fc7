import { addressOf } from "@muster/core/account/account.ts";
import * as ID from "@muster/core/base/id.ts";
import { invitationKeys } from "@muster/core/invitation/keys.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { mailKeys } from "@muster/core/mail/keys.ts";
import * as Mail from "@muster/core/mail/mail.ts";
import { ses } from "@muster/core/mail/ses.ts";
import { invitationPut, organizationPut } from "@muster/local/testing/fixtures/rows.ts";
import { openWorld, type World } from "@muster/local/testing/worlds/world.ts";
import type { MailEvent } from "@muster/local-mail/event.ts";
import { type MailServer, startMail } from "@muster/local-mail/server.ts";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { stubEnvironment } from "../testing/environment.ts";

// Mails to the addresses of SES's simulator, and SES's events, through the handler that Lambda runs.

const organization = ID.derive("organization", "acme");
let handler: (event: MailEvent) => Promise<void>;
let world: World;
let provider: MailServer;

beforeAll(async () => {
  stubEnvironment();
  ({ handler } = await import("./ses.ts"));
});

beforeEach(async () => {
  world = await openWorld();
  provider = await startMail({ onEvent: (event) => handler(event) });
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const sender = { from: "muster@example.com", name: "Muster", configurationSet: "muster" };
  world.rebind({ mail: ses(sender, { endpoint: provider.endpoint, region: "eu-central-1", credentials }) });
  await world.table.write(organizationPut(organization));
});
afterEach(() => provider.stop());

async function send(kind: "invitation" | "reminder", email: string) {
  const address = addressOf(email);
  const states = kind === "reminder" ? ({ mail: "sent", reminder: "queued" } as const) : {};
  await world.table.write(invitationPut(organization, email, states));
  await asSystem("mail", () => Mail.deliver({ kind, organization, address, attempt: 1 }));
  await provider.idle();
  const { mail, reminder } = (await world.table.get(invitationKeys.addressIn(organization, address))) ?? {};
  const block = await world.table.get(mailKeys.suppression(address));
  return { mail, reminder, blocked: Object.keys(block ?? {}).filter((name) => !["pk", "sk"].includes(name)) };
}

test.each([
  ["success@simulator.amazonses.com", { mail: "delivered", blocked: [] }],
  ["bounce@simulator.amazonses.com", { mail: "bounced", blocked: ["bounced"] }],
  ["suppressionlist@simulator.amazonses.com", { mail: "bounced", blocked: ["bounced"] }],
  ["complaint@simulator.amazonses.com", { mail: "complained", blocked: ["complained"] }],
])(
  "the status of a mail to %s is stored with the invitation, and may suppress the address",
  async (email, expected) => {
    expect(await send("invitation", email)).toEqual(expected);
  },
);

test.each([
  ["success@simulator.amazonses.com", { mail: "sent", reminder: "delivered", blocked: [] }],
  ["bounce@simulator.amazonses.com", { mail: "bounced", reminder: "sent", blocked: ["bounced"] }],
  ["complaint@simulator.amazonses.com", { mail: "complained", reminder: "sent", blocked: ["complained"] }],
])("a reminder to %s only affects whether the invitation's address is suppressed", async (email, expected) => {
  expect(await send("reminder", email)).toEqual(expected);
});
