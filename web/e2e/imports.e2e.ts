import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { closeSlowly, expect, foundOrganization, openOrganization, test, visit } from "./fixtures.ts";
import { checkPage } from "./page-check.ts";
import { operate } from "./people.ts";

type Named = { name: string; text: string };

const fileOf = ({ name, text }: Named) => ({ name, mimeType: "text/csv", buffer: Buffer.from(text) });

/** Drags a file over the page, like from a folder of the desktop. */
function drop(page: Page, file: Named) {
  return page.evaluate(({ name, text }) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([text], name, { type: "text/csv" }));
    for (const type of ["dragenter", "dragover", "drop"]) {
      document.body.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }
  }, file);
}

/** Presses a download button, and returns the text of the file. */
async function download(page: Page, name: string | RegExp) {
  const started = page.waitForEvent("download");
  await page.getByRole("button", { name }).click();
  const file = await started;
  return { name: file.suggestedFilename(), text: readFileSync(await file.path(), "utf8").replace(/^\ufeff/, "") };
}

test("a file with errors is dropped, its failed rows are fixed and imported, and the report is downloaded", async ({
  person: { page },
}) => {
  await openOrganization(page, "Acme");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Imports" }).click();
  await expect(page.getByRole("button", { name: "Choose a file" })).toBeVisible();
  await drop(page, {
    name: "people.csv",
    text: "E-Mail;Rolle;Abteilung\nada.l@example.com;write;A\ngrace@example;read;B\nedsger@example.com;boss;C\nada.l@example.com;read;E\n",
  });

  const dialog = page.getByRole("dialog", { name: "Import people into Acme" });
  await expect(dialog.getByText("UTF-8 text, separated by semicolons, with a header")).toBeVisible();
  await expect(dialog.getByRole("list", { name: "Line numbers" }).getByRole("listitem")).toHaveText([
    /Line 3.*grace@example.*This is not an email address\./,
    /Line 4.*Unknown role “boss”\./,
    /Line 5.*ada\.l@example\.com.*See line 2\./,
  ]);
  await dialog.getByRole("button", { name: "Import 1 row" }).click();

  await expect(page).toHaveURL(/\/imports\/imp_\w+$/);
  const outcomes = page.getByRole("list", { name: "Outcomes" });
  await expect(page.getByText("Done", { exact: true })).toBeVisible();
  await expect(outcomes.getByRole("listitem")).toHaveText([
    "Invited1",
    "Duplicate in this file1",
    "Invalid address1",
    "Unknown role1",
  ]);
  await outcomes.getByRole("link", { name: /Unknown role/ }).click();
  await expect(page.getByRole("row", { name: /edsger@example\.com/ })).toContainText("Unknown role “boss”.");
  await expect(page.getByRole("row", { name: /grace@example/ })).toHaveCount(0);
  await page.reload();
  await expect(page.getByLabel("Filter rows")).toHaveValue("unknown_role");

  const failed = await download(page, "3 rows not invited");
  expect(failed.name).toBe("people - not invited.csv");
  const fixed = failed.text.replace("grace@example,", "grace@example.com,");
  await page.getByRole("link", { name: "Imports", exact: true }).first().click();
  await page.getByRole("button", { name: "Import people" }).click();
  await dialog.locator("input[type=file]").setInputFiles(fileOf({ name: "fixed.csv", text: fixed }));
  await dialog.getByRole("button", { name: "Import 2 rows" }).click();
  await expect(page.getByRole("heading", { name: "fixed.csv" })).toBeVisible();
  await expect(outcomes.getByRole("listitem")).toHaveText(["Invited1", "Already invited1", "Unknown role1"]);

  const report = await download(page, "All rows");
  expect(report.name).toBe("fixed - report.csv");
  expect(report.text.split("\r\n").slice(1, 4)).toEqual([
    expect.stringMatching(/^grace@example\.com,.*invited/),
    expect.stringMatching(/^edsger@example\.com,.*unknown_role/),
    expect.stringMatching(/^ada\.l@example\.com,.*already_invited/),
  ]);
  await page.getByRole("link", { name: "Imports", exact: true }).first().click();
  await expect(page.getByRole("list", { name: "Imports" }).getByRole("link")).toHaveText(["fixed.csv", "people.csv"]);
});

test("words for roles of another system are asked once, and their rows invited as the person says", async ({
  person: { page },
}) => {
  await openOrganization(page, "Acme");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Imports" }).click();
  await expect(page.getByRole("button", { name: "Choose a file" })).toBeVisible();
  const row = (name: string, role: string) => `${name},${name}@example.com,Active,${role}\n`;
  const text = `User name,email,User status,Org role\n${row("ada.l", "User")}${row("edsger", "Org admin")}${row("barbara", "Contractor")}`;
  await drop(page, { name: "export-users.csv", text });

  const dialog = page.getByRole("dialog", { name: "Import people into Acme" });
  const asked = dialog.getByRole("region", { name: "Roles", exact: true });
  await expect(asked.getByRole("listitem")).toHaveText([
    /^User 1 row · a member in Atlassian/,
    /^Org admin 1 row · an admin in Atlassian, Okta, or Slack/,
    /^Contractor 1 row/,
  ]);
  await expect(asked.getByLabel("User", { exact: true })).toHaveValue("read");
  await expect(asked.getByLabel("Org admin")).toHaveValue("");
  await asked.getByLabel("Org admin").selectOption("Admin");
  await expect(dialog.getByText("2 rows can be invited.")).toBeVisible();
  await checkPage(page, "import-roles");
  await dialog.getByRole("button", { name: "Import 2 rows" }).click();
  await expect(page.getByText("Roles as chosen: “User” → Read, “Org admin” → Admin.")).toBeVisible();
  await expect(page.getByRole("list", { name: "Outcomes" }).getByRole("listitem")).toHaveText([
    "Invited2",
    "Unknown role1",
  ]);
  const report = await download(page, "All rows");
  expect(report.text).toContain("invited,Invited. “User” counts as read.");
});

test("rows without a seat are retried once there are seats; the same file again is imported again", async ({
  person: { page },
}) => {
  const organization = await foundOrganization(page, "Acme");
  const people = { name: "people.csv", text: "one@example.com\ntwo@example.com\nthree@example.com\n" };
  await page.goto(`/organizations/${organization}/imports?dialog=import`);
  await page.getByRole("dialog").locator("input[type=file]").setInputFiles(fileOf(people));
  await expect(page.getByText("Only 2 seats are available.")).toBeVisible();
  await page.getByRole("button", { name: "Import 3 rows" }).click();
  await expect(page.getByText("No seats are available for the remaining rows.")).toBeVisible();
  const retry = page.getByRole("button", { name: "Retry the 1 row without a seat" });
  await expect(retry).toBeDisabled();
  await operate("seats", organization, "5");
  await page.reload();
  await retry.click();
  await expect(page.getByText("Every row was invited exactly as written.")).toBeVisible();

  await visit(page, `/organizations/${organization}/imports?dialog=import`);
  await page
    .getByRole("dialog")
    .locator("input[type=file]")
    .setInputFiles(fileOf({ ...people, name: "again.csv" }));
  await page.getByRole("button", { name: "Import 3 rows" }).click();
  await expect(page.getByRole("heading", { name: "again.csv" })).toBeVisible();
  await expect(page.getByText("0 of 3 rows invited")).toBeVisible();
  await page.getByRole("link", { name: "See the earlier import" }).click();
  await expect(page.getByRole("heading", { name: "people.csv" })).toBeVisible();
});

test("an upload that breaks off is retried, asks before the page is left, and leaves nothing behind when canceled", async ({
  person: { page },
  watcher,
}) => {
  const organization = await foundOrganization(page, "Acme");
  const list = `/organizations/${organization}/imports`;
  await page.goto(`${list}?dialog=import`);
  const input = page.getByRole("dialog").locator("input[type=file]");
  await input.setInputFiles({ name: "sheet.xlsx", mimeType: "", buffer: Buffer.from("PK\u0003\u0004") });
  await expect(page.getByText("This is a workbook or a zip archive.")).toBeVisible();
  await input.setInputFiles(fileOf({ name: "people.csv", text: "one@example.com\n" }));
  let isHeld = false;
  await page.route(/^http:\/\/[^/]+\/muster\/?$/, (route) => (isHeld ? undefined : route.abort()));
  await page.getByRole("button", { name: "Import 1 row" }).click();
  await expect(page.getByText("The connection was lost")).toBeVisible();
  watcher.forgive(/ERR_FAILED/);
  isHeld = true;
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("progressbar", { name: "Upload of people.csv" })).toBeVisible();
  await page.keyboard.press("Escape");
  const guard = page.getByRole("alertdialog", { name: "Stop the upload?" });
  await guard.getByRole("button", { name: "Keep uploading" }).click();
  await expect(page.getByRole("progressbar", { name: "Upload of people.csv" })).toBeVisible();
  await page.keyboard.press("Escape");
  await guard.getByRole("button", { name: "Stop and leave" }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.getByRole("list", { name: "Imports" }).getByRole("listitem")).toHaveText([/people\.csvCanceled/]);
});

test("a small file fills the invite dialog; a large one continues in the import", async ({ person: { page } }) => {
  const organization = await foundOrganization(page, "Acme");
  await page.goto(`/organizations/${organization}/members?dialog=invite`);
  await expect(page.getByLabel("Address 1")).toBeFocused();
  await drop(page, {
    name: "people.csv",
    text: "name,email,role\nBob Smith,bob@example.com,write\nCleo,cleo@example,\n",
  });
  await expect(page.getByText("1 of 2 is ready; the other one is left out.")).toBeVisible();
  await page.getByRole("button", { name: "Back" }).click();
  await expect(page.getByLabel("Role 1")).toHaveValue("write");

  const many = Array.from({ length: 101 }, (_, row) => `person${row}@example.com`).join("\n");
  await drop(page, { name: "many.csv", text: many });
  await expect(page.getByRole("button", { name: "Import 101 rows" })).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("i");
  await expect(page.getByLabel("Address 1")).toHaveValue("bob@example.com");
});

test("who scripts import for is chosen, kept when two people change it at once, and found in the palette", async ({
  person: { page },
  watcher,
}) => {
  watcher.allowRefusals(409);
  const organization = await openOrganization(page, "Acme");
  await page.getByRole("button", { name: "Search or jump to" }).click();
  await page.getByRole("combobox", { name: "Search or jump to" }).fill("import set");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(`/organizations/${organization}/settings/imports`);
  await expect(page.getByRole("button", { name: "Copy key pattern" })).toContainText(`imports/${organization}/*.csv`);
  await page.getByLabel("Run imports as").selectOption({ index: 1 });
  await page.getByLabel("Highest role").selectOption("Write");
  await expect(page.getByText("2 unsaved changes")).toBeVisible();
  const path = `/organizations/${organization}/imports/setting`;
  await call(page.request, "PUT", path, { role: "read", lifetimeDays: 3, revision: 0 });
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Your changes are still here. Save to keep both.")).toBeVisible();
  await expect(page.getByLabel("Invitations stay open for")).toHaveValue("3");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Settings saved")).toBeVisible();
  expect(await call(page.request, "GET", path)).toMatchObject({ role: "write", lifetimeDays: 3, allowed: true });
});

test("a person chooses what the columns of a file hold, and this browser remembers it for its headings", async ({
  person: { page },
}) => {
  await openOrganization(page, "Acme");
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Imports" }).click();
  const dialog = page.getByRole("dialog", { name: "Import people into Acme" });
  const columns = dialog.getByRole("region", { name: "Columns" });
  const held = (name: string) => columns.getByLabel(name, { exact: true });
  const choose = async (name: string, text: string) => {
    await expect(page.getByRole("button", { name: "Choose a file" })).toBeVisible();
    await drop(page, { name, text });
  };

  const organization = /org_\w+/.exec(page.url())?.[0] ?? "";
  await call(page.request, "POST", `/organizations/${organization}/teams`, { name: "Design" });
  await choose("unnamed.csv", "kurt@example.com,Alan Perlis,Design\nx1@example.com,Jean Sammet,design\n");
  await expect(held("Column 2")).toHaveValue("name");
  await expect(held("Column 3")).toHaveValue("teams");
  await expect(columns).toContainText("The file has no header. Check what each column is.");
  await held("Column 2").selectOption("Not read");
  await dialog.getByRole("button", { name: "As recognized" }).click();
  await expect(dialog.getByRole("row", { name: /Alan Perlis/ })).toContainText("Design");
  await dialog.getByRole("button", { name: "Import 2 rows" }).click();
  await expect(page.getByText("Every row was invited exactly as written.")).toBeVisible();
  const guessed = await download(page, "All rows");
  expect(guessed.text).toContain("email,name,teams,line,outcome,reason");

  await page.getByRole("link", { name: "Imports", exact: true }).first().click();
  await page.getByRole("button", { name: "Import people" }).click();
  await choose("headless.csv", "Lovelace,Ada,ada.l@example.com,London\nHopper,Grace,grace.h@example.com,Boston\n");
  await expect(columns).toContainText("The file has no header. Check what each column is.");
  await expect(held("Column 4")).toHaveValue("ignore");
  await held("Column 1").selectOption("Last name");
  await held("Column 2").focus();
  await held("Column 2").selectOption("First name");
  await expect(dialog.getByRole("row", { name: /Ada Lovelace/ })).toBeVisible();
  await expect(dialog.getByRole("button", { name: "Import 2 rows" })).toBeVisible();
  await expect(held("Column 2")).toBeFocused();
  await held("Column 3").selectOption("Not read");
  await expect(columns).toContainText("Choose the column of the addresses.");
  await held("Column 3").selectOption("Address");
  await dialog.getByRole("button", { name: "Import 2 rows" }).click();
  await expect(page.getByText("Done", { exact: true })).toBeVisible();
  const report = await download(page, "All rows");
  expect(report.text).toContain("last name,first name,email,column 4,line,outcome,reason");

  const headed = (address: string) => `Kontakt,Funktion,Ort\n${address},write,London\n`;
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Imports" }).click();
  await page.getByRole("button", { name: "Import people" }).click();
  await choose("first.csv", headed("edsger@example.com"));
  await held("Ort").selectOption("Name");
  await expect(columns).toContainText("As you chose.");
  await page.evaluate(closeSlowly, 3_000);
  await dialog.getByRole("button", { name: "Import 1 row" }).click();
  await expect(page.getByRole("heading", { name: "first.csv" })).toBeVisible();
  await page.getByRole("link", { name: "Imports", exact: true }).first().click();
  // while the dialog of the first one is still closing
  await page.getByRole("button", { name: "Import people" }).click();
  await choose("second.csv", headed("barbara@example.com"));
  await expect(held("Ort")).toHaveValue("name");
  await dialog.getByRole("button", { name: "As recognized" }).click();
  await expect(held("Ort")).toHaveValue("ignore");
});
