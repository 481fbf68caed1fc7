import { call } from "./api.ts";
import { expect, test } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { subscribe } from "./stripe-pages.ts";

test("an owner keeps a seat free, which is added in the background up to the limit, and turns it off", async ({
  person: { page },
}) => {
  const organization = await subscribe(page, 2);
  await page.goto(`/organizations/${organization}/billing`);
  const part = page.getByRole("region", { name: "Automatic seats" });
  await expect(part.getByText("Off", { exact: true })).toBeVisible();

  await part.getByRole("button", { name: "Turn on automatic seats" }).click();
  const dialog = page.getByRole("dialog", { name: "Turn on automatic seats" });
  await dialog.getByLabel("Most seats").fill("4");
  await dialog.getByLabel("Seats kept free").fill("2");
  await expect(dialog.getByText(/charged at once with Visa 4242/)).toBeVisible();
  await expect(dialog.getByText(/^about \$/)).toBeVisible();
  await checkPage(page, "automatic-seats-dialog");
  await dialog.getByRole("button", { name: "Turn on, up to 4 seats" }).click();
  await expect(part.getByText("2 seats kept free, up to 4 seats.")).toBeVisible();

  const paid = async () => {
    const path = `/organizations/${organization}/billing`;
    return (await call<{ seats: { paid: number } }>(page.request, "GET", path)).seats.paid;
  };
  await expect.poll(paid).toBe(3);
  const invitations = ["one", "two"].map((name) => ({ email: `${name}@example.com`, role: "read" }));
  await call(page.request, "POST", `/organizations/${organization}/invitations`, { invitations });
  await expect.poll(paid).toBe(4);

  await page.reload();
  await expect(part.getByText("The limit is reached. Raise it to have more added.")).toBeVisible();
  await checkPage(page, "automatic-seats", part);
  await part.getByRole("button", { name: "Turn off" }).click();
  await expect(part.getByText("Off", { exact: true })).toBeVisible();
});
