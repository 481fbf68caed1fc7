import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, signIn, signInClient, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { newestMail, reauthenticationCode } from "./mailbox.ts";
import { checkPage } from "./page-check.ts";
import { enroll } from "./people.ts";
import { refusal } from "./pretend.ts";

/** Gives the browser an authenticator, such as a laptop with a fingerprint reader. */
async function addAuthenticator(page: Page) {
  const debuggerOf = await page.context().newCDPSession(page);
  await debuggerOf.send("WebAuthn.enable");
  const { authenticatorId } = await debuggerOf.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return {
    /** Decides whether the next finger is its person's. */
    recognize: (isUserVerified: boolean) =>
      debuggerOf.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
  };
}

async function signInByCode(page: Page, email: string, mails = 1) {
  await page.getByLabel("Email address").fill(email);
  await page.getByRole("button", { name: "Email me a code" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  await page.getByLabel("Code", { exact: true }).fill((await newestMail(page.request, email, mails)).code);
  await expect(page.getByRole("heading", { name: "Organizations", exact: true })).toBeVisible();
}

async function signOut(page: Page) {
  await page.goto("/account");
  await page.getByRole("main").getByRole("button", { name: "Sign out", exact: true }).click();
  await expect(page.getByText("You are signed out.")).toBeVisible();
}

const byPasskey = (page: Page) => page.getByRole("button", { name: "Sign in with a passkey" });

test("a passkey is offered after a code, signs in without one, confirms who it is, and is removed", async ({
  page,
  email,
  watcher,
}) => {
  watcher.allowRefusals(401, 403);
  const authenticator = await addAuthenticator(page);
  const section = page.getByRole("region", { name: "Passkeys" });

  await test.step("it is offered, and made", async () => {
    await page.goto("/sign-in");
    await checkPage(page, "sign-in-passkey");
    await signInByCode(page, email);
    await expect(page.getByText("Sign in without a code next time.")).toBeVisible();
    await checkPage(page, "passkey-offer");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await expect(page.getByText("Passkey added")).toBeVisible();
    await expect(page.getByText("Sign in without a code next time.")).toBeHidden();
    await page.goto("/account");
    await expect(section).toContainText("Chrome on Linux");
    await expect(section).toContainText("Never used");
  });

  await test.step("it signs in, for its person alone", async () => {
    await signOut(page);
    await authenticator.recognize(false);
    await byPasskey(page).click();
    await expect(page.getByText("No passkey was chosen, or it took too long. Try again.")).toBeVisible();
    await authenticator.recognize(true);
    await byPasskey(page).click();
    await expect(page.getByRole("heading", { name: "Organizations", exact: true })).toBeVisible();
    await expect(page.getByText("Sign in without a code next time.")).toBeHidden();
    await page.goto("/account");
    await expect(section).toContainText("Last used");
    await expect(page.getByRole("region", { name: "Sessions" })).toContainText("signed in with a passkey");
    await expect(page.getByRole("main").getByText(email)).toBeVisible();
  });

  await test.step("its device makes no second one", async () => {
    await section.getByRole("button", { name: "Add a passkey" }).click();
    await expect(section.getByText("This device already has a passkey of your account.")).toBeVisible();
    await page.reload();
  });

  await test.step("it is renamed", async () => {
    await section.getByRole("button", { name: "Rename Chrome on Linux" }).click();
    const dialog = page.getByRole("dialog", { name: "Rename Chrome on Linux" });
    await dialog.getByLabel("Name").fill("Work laptop");
    await dialog.getByRole("button", { name: "Rename passkey" }).click();
    await expect(section).toContainText("Work laptop");
    await checkPage(page, "account-passkeys", section);
  });

  const tooOld = /\/api\/v1\/passkeys\/pky_/;
  await test.step("it confirms who it is, where a code would too", async () => {
    await intercept(page, tooOld, (route) => route.fulfill(refusal(403, "actor.reauthentication_required")), {
      times: 1,
    });
    await section.getByRole("button", { name: "Remove Work laptop" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove passkey" }).click();
    const proof = page.getByRole("dialog", { name: "Confirm it’s you" });
    await expect(proof).toContainText("Your browser asks for your face, your fingerprint, or your PIN.");
    await checkPage(page, "passkey-confirmation");
    await proof.getByRole("button", { name: "Email me a code instead" }).click();
    await reauthenticationCode(page.request, email);
    await expect(proof.getByLabel("Code", { exact: true })).toBeVisible();
    await proof.getByRole("button", { name: "Cancel" }).click();
    await expect(section).toContainText("Work laptop");
    await intercept(page, tooOld, (route) => route.fulfill(refusal(403, "actor.reauthentication_required")), {
      times: 1,
    });
    await section.getByRole("button", { name: "Remove Work laptop" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Remove passkey" }).click();
    await proof.getByRole("button", { name: "Use a passkey" }).click();
    await expect(page.getByText("Work laptop is removed")).toBeVisible();
    await expect(section).toContainText("No passkeys yet.");
  });

  await test.step("once removed, it signs in no longer, and a code does", async () => {
    await signOut(page);
    await byPasskey(page).click();
    await expect(page.getByText("This passkey belongs to no account here")).toBeVisible();
    await signInByCode(page, email, 2);
    await page.getByRole("button", { name: "Not now" }).click();
    await page.reload();
    await expect(page.getByRole("heading", { name: "Organizations", exact: true })).toBeVisible();
    await expect(page.getByText("Sign in without a code next time.")).toBeHidden();
  });
});

test("a person who finds somebody else in their account locks everyone out, and owners learn of it", async ({
  person: { page, email },
  otherBrowser,
  newClient,
  watcher,
}) => {
  watcher.allowRefusals(401);
  const owner = await newClient();
  await signInClient(owner, `owner.${email}`);
  const { id } = await call<{ id: string }>(owner.request, "POST", "/organizations", { name: "Acme" });
  await enroll(owner, id, page, { email, name: "Ada Lovelace" });
  const intruder = await otherBrowser.newPage();
  await signIn(intruder, email);
  await intruder.goto("/account");
  await expect(intruder.getByRole("heading", { name: "Account", exact: true })).toBeVisible();

  await page.goto("/account");
  await page.getByRole("button", { name: "This wasn’t me" }).click();
  const question = page.getByRole("alertdialog", { name: "Lock everyone out of your account?" });
  await checkPage(page, "account-secure");
  await page.context().setOffline(true);
  await question.getByRole("button", { name: "Lock everyone out" }).click();
  await expect(question.getByText("We can’t reach the server.")).toBeVisible();
  watcher.forgive(/ERR_INTERNET_DISCONNECTED/);
  await page.context().setOffline(false);
  await question.getByRole("button", { name: "Lock everyone out" }).click();
  await expect(page.getByText("Everyone is locked out of your account. Sign in with a code.")).toBeVisible();
  await intruder.reload();
  await expect(intruder.getByText("Your session has ended.")).toBeVisible();
  await expect
    .poll(async () => JSON.stringify(await call(owner.request, "GET", "/notifications")))
    .toContain("member.secured");
});
