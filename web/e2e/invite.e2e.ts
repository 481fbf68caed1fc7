import { call } from "./api.ts";
import { expect, foundOrganization, openOrganization, reopen, startOver, test } from "./fixtures.ts";
import { intercept } from "./intercept.ts";
import { operate } from "./people.ts";
import { refusal } from "./pretend.ts";

test("typed rows survive Escape, a reload, a broken server and a lost connection", async ({
  person: { page },
  context,
  watcher,
}) => {
  watcher.allowRefusals(500);
  await openOrganization(page, "Acme");
  await page.getByRole("button", { name: "Invite people" }).click();
  await page.getByLabel("Address 1").fill("bob@example.com");
  await page.getByLabel("Address 1").press("Enter");
  await page.getByLabel("Address 2").fill("cleo@example.com");
  await page.getByLabel("Role 2").selectOption("Write");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toBeHidden();
  await expect(page.getByRole("button", { name: "Invite people" })).toBeFocused();

  await page.reload();
  await expect(page.getByRole("button", { name: "Invite people" })).toBeVisible();
  await page.keyboard.press("i");
  await expect(page.getByLabel("Address 2")).toHaveValue("cleo@example.com");
  await expect(page.getByLabel("Role 2")).toHaveValue("write");

  await intercept(page, "**/invitations/review", (route) => route.fulfill(refusal(500, "internal.error")), {
    times: 1,
  });
  await page.getByRole("button", { name: "Review 2" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await context.setOffline(true);
  await page.getByRole("button", { name: "Review 2" }).click();
  await expect(page.getByText("We can’t reach the server.")).toBeVisible();
  watcher.forgive(/ERR_INTERNET_DISCONNECTED/);
  await context.setOffline(false);
  await page.reload();
  await expect(page.getByLabel("Address 1")).toHaveValue("bob@example.com");

  await page.getByRole("button", { name: "Discard" }).click();
  await page.getByRole("button", { name: "Invite people" }).click();
  await expect(page.getByLabel("Address 1")).toHaveValue("");
  await expect(page.getByLabel("Address 2")).toBeHidden();
});

test("rows are pasted, checked, sent once, and sent again once there are seats", async ({
  person: { page },
  watcher,
}) => {
  await test.step("a block that is pasted into a row becomes rows, with the names in it", async () => {
    await openOrganization(page, "Acme");
    await page.getByRole("button", { name: "Invite people" }).click();
    await page.getByLabel("Address 1").evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text", "Bob Smith <bob@example.com>, cleo@example.com; bob@example.com");
      field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    });
    await expect(page.getByLabel("Address 1")).toHaveValue("bob@example.com");
    await expect(page.getByText("Bob Smith")).toBeVisible();
    await expect(page.getByLabel("Address 2")).toHaveValue("cleo@example.com");
    await expect(page.getByLabel("Address 3")).toBeHidden();
    await page.getByLabel("Address 1").fill("rob@example.com");
    await expect(page.getByText("Bob Smith")).toBeHidden();
  });

  await test.step("nobody is invited by an empty form, nor twice by a repeated request", async () => {
    await startOver(page);
    watcher.allowRefusals(500);
    const organization = await foundOrganization(page, "Acme");
    await reopen(page, `/organizations/${organization}/invitations?dialog=invite`);
    await page.getByRole("button", { name: "Review" }).click();
    await expect(page.getByRole("alert")).toHaveText("Enter an address.");
    await page.getByLabel("Address 1").fill("bob@example.com");
    await page.getByRole("button", { name: "Review" }).click();

    let isBroken = true;
    await intercept(page, "**/invitations", async (route) => {
      if (!isBroken || route.request().method() !== "POST") {
        return route.fallback();
      }
      isBroken = false;
      await route.fetch();
      return route.fulfill({ status: 500, body: "" });
    });
    await page.getByRole("button", { name: "Send 1 invitation" }).click();
    await expect(page.getByText("Something went wrong on our end.")).toBeInViewport();
    await expect(page.locator("[tabindex='-1']:focus")).toContainText("Something went wrong on our end.");
    await page.getByRole("button", { name: "Send 1 invitation" }).click();
    await expect(page.getByText("1 invitation was sent.")).toBeVisible();
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByRole("row", { name: /bob@example.com/ })).toHaveCount(1);
  });

  await test.step("rows that were left out are listed, fixed, and sent once seats are available", async () => {
    await startOver(page);
    const organization = await foundOrganization(page, "Acme");
    const names = ["Design", ...Array.from({ length: 8 }, (_, n) => `Team ${n}`)];
    const teams = `/organizations/${organization}/teams`;
    const form = (name: string) => call<{ id: string }>(page.request, "POST", teams, { name });
    const [design] = await Promise.all(names.map(form));
    await reopen(page, `/organizations/${organization}/members?dialog=invite`);
    await page.getByLabel("Expires in").selectOption("14");
    await page.getByRole("button", { name: "Choose teams" }).click();
    await page.getByLabel("Search teams").fill("desi");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("list", { name: "Teams to choose from" }).getByRole("checkbox")).toHaveCount(1);
    await page.getByRole("checkbox", { name: "Design" }).check();
    await page.getByRole("button", { name: "Paste a list" }).click();
    await page.getByLabel("List of addresses").fill("one@example.com two@example.com three@example.com four@example");
    await page.getByRole("button", { name: "Add 4 rows" }).click();
    await page.getByRole("button", { name: "Review 4" }).click();
    await expect(page.getByText("2 of 4 are ready; the others are left out.")).toBeVisible();
    await expect(page.getByText("There is no seat available for one of them.")).toBeVisible();
    await page.getByRole("button", { name: "Send 2 invitations" }).click();
    await expect(page.getByText("2 invitations were sent.")).toBeVisible();
    await expect(page.getByText("None available")).toBeVisible();

    await operate("seats", organization, "7");
    await page.getByRole("button", { name: "Fix 2 rows" }).click();
    await expect(page.getByLabel("Address 1")).toHaveValue("three@example.com");
    await expect(page.getByLabel("Expires in")).toHaveValue("14");
    await expect(page.getByRole("button", { name: "Not Design" })).toBeVisible();
    await page.getByLabel("Address 2").fill("four@example.com");
    await page.getByRole("button", { name: "Review 2" }).click();
    await expect(page.getByText("People who accept join Design.")).toBeVisible();
    await call(page.request, "DELETE", `${teams}/${design?.id}`, {});
    await page.getByRole("button", { name: "Send 2 invitations" }).click();
    await expect(page.getByText("Nothing was sent.")).toBeVisible();
    await page.getByRole("button", { name: "Fix 2 rows" }).click();
    await page.getByRole("button", { name: "Not Design" }).click();
    await page.getByRole("button", { name: "Review 2" }).click();
    await page.getByRole("button", { name: "Send 2 invitations" }).click();
    await expect(page.getByText("2 invitations were sent.")).toBeVisible();
    await page.getByRole("button", { name: "Done" }).click();
    await expect(page.getByText("5 of 10 seats in use")).toBeVisible();
  });
});
