import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type APIRequestContext, type BrowserContext, expect } from "@playwright/test";
import { call } from "./api.ts";
import { type Client, signIn, signInClient } from "./fixtures.ts";
import { mailsTo } from "./mailbox.ts";

const execute = promisify(execFile);

type Invitee = { email: string; role?: string };

type Member = { email: string; name: string };

/** Invites through the API. */
export async function invite(owner: Client, organization: string, ...invitations: Invitee[]) {
  const path = `/organizations/${organization}/invitations`;
  const { items } = await call<{ items: { outcome: string }[] }>(owner.request, "POST", path, { invitations });
  expect(items.map(({ outcome }) => outcome)).toEqual(invitations.map(() => "invited"));
}

/** Returns the link of the newest invitation mail to an address; waits until so many have arrived. */
export async function invitationLink(request: APIRequestContext, email: string, count = 1) {
  const [text = ""] = await mailsTo(request, email, "/invitations#", count);
  return /\/invitations#\S+/.exec(text)?.[0] ?? "";
}

/** Invites somebody, who signs in in a browser of their own and accepts, through the API. */
export async function join(
  owner: Client,
  organization: string,
  browser: BrowserContext,
  { email, role = "read", name }: Invitee & Member,
) {
  await invite(owner, organization, { email, role });
  const page = await browser.newPage();
  await signIn(page, email);
  await accept(page, { email, name });
  return page;
}

/** The same for somebody who opens no page. Returns their account. */
export async function enroll(
  owner: Client,
  organization: string,
  client: Client,
  { email, role = "read", name }: Invitee & Member,
) {
  await invite(owner, organization, { email, role });
  return await enter(client, { email, name });
}

/** An invited person who opens no page signs in and accepts. Returns their account. */
export async function enter(client: Client, { email, name }: Member) {
  const { account } = await signInClient(client, email);
  await accept(client, { email, name });
  return account;
}

async function accept({ request }: Client, { email, name }: Member) {
  await call(request, "PATCH", "/account", { name });
  const [, token = ""] = (await invitationLink(request, email)).split("#");
  await call(request, "POST", "/invitations/accept", { token });
}

/** Runs a command of the deployment's operator. */
export async function operate(...words: string[]) {
  const command = ["--import", "tsx", "local/operator.ts", ...words, "--local", "--data", "test-results/muster"];
  await execute(process.execPath, command);
}
