import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type APIRequestContext, type BrowserContext, expect, type Page } from "@playwright/test";
import { call } from "./api.ts";
import { signIn } from "./fixtures.ts";
import { mailsTo } from "./mailbox.ts";

const execute = promisify(execFile);

type Invitee = { email: string; role?: string };

/** Invites through the API. */
export async function invite(page: Page, organization: string, ...invitations: Invitee[]) {
  const path = `/organizations/${organization}/invitations`;
  const { items } = await call<{ items: { outcome: string }[] }>(page.request, "POST", path, { invitations });
  expect(items.map(({ outcome }) => outcome)).toEqual(invitations.map(() => "invited"));
}

/** Returns the link of the newest invitation mail to an address; waits until so many have arrived. */
export async function invitationLink(request: APIRequestContext, email: string, count = 1) {
  const [text = ""] = await mailsTo(request, email, "/invitations#", count);
  return /\/invitations#\S+/.exec(text)?.[0] ?? "";
}

/** Invites somebody, who signs in in a browser of their own and accepts, through the API. */
export async function join(
  owner: Page,
  organization: string,
  browser: BrowserContext,
  { email, role = "read", name }: Invitee & { name: string },
) {
  await invite(owner, organization, { email, role });
  return await accept(owner, browser, { email, name });
}

/** An invited person signs in in a browser of their own and accepts, through the API. */
export async function accept(owner: Page, browser: BrowserContext, { email, name }: { email: string; name: string }) {
  const page = await browser.newPage();
  await signIn(page, email);
  await call(page.request, "PATCH", "/account", { name });
  const [, token = ""] = (await invitationLink(owner.request, email)).split("#");
  await call(page.request, "POST", "/invitations/accept", { token });
  return page;
}

/** Runs a command of the deployment's operator. */
export async function operate(...words: string[]) {
  const command = ["--import", "tsx", "local/operator.ts", ...words, "--local", "--data", "test-results/muster"];
  await execute(process.execPath, command);
}
