import { minuteMs } from "@muster/core/base/duration.ts";
import type { Page } from "@playwright/test";
import { call } from "./api.ts";
import { expect, foundOrganization, reopen, startOver, test } from "./fixtures.ts";
import { checkPage, takePicture } from "./page-check.ts";
import { pretendResending } from "./pretend.ts";
import { pretended, pretendImports, pretendMails } from "./pretend-imports.ts";

const messy =
  "Full Name,E-mail Address,Department,Role,Teams,Start date\n" +
  "Ada Lovelace,ada@example.com,Engines,admin,Design;Research,2026-01-01\n" +
  "Grace Hopper,grace@example,Compilers,write,,2026-01-01\n" +
  "Edsger Dijkstra,edsger@example.com,Paths,boss,Research,2026-02-01\n" +
  "Barbara Liskov,barbara@example.com,Types,,,2026-02-01\n" +
  "Кate Johnson,\u0441ate@example.com,Orbits,read,,2026-02-01\n" +
  "Ada Lovelace,ada@example.com,Engines,read,,2026-02-01\n" +
  "Nobody,,Nowhere,read,,2026-02-01\n";

async function choose(page: Page, text: string, name = "people.csv") {
  const file = { name, mimeType: "text/csv", buffer: Buffer.from(text) };
  await page.getByRole("dialog").locator("input[type=file]").setInputFiles(file);
}

test("the imports in their states, the teams, and who scripts import for", async ({ person: { page } }) => {
  await test.step("the imports: none yet, one in each state, and the page of each", async () => {
    const id = await foundOrganization(page, "Acme Robotics");
    const list = `/organizations/${id}/imports`;
    await page.goto(list);
    await expect(page.getByRole("button", { name: "Choose a file" })).toBeVisible();
    await checkPage(page, "imports-none");

    await pretendImports(page);
    await page.reload();
    await expect(page.getByText("Waiting for all-staff-2026.csv")).toBeVisible();
    await checkPage(page, "imports");

    const open = async ({ fileName }: { fileName: string }) => {
      await page.getByRole("link", { name: fileName, exact: true }).click();
      await expect(page.getByRole("heading", { name: fileName })).toBeVisible();
    };

    await open(pretended.running);
    await expect(page.getByText("This is not an email address.").first()).toBeAttached();
    await checkPage(page, "import-running");
    await page.getByRole("button", { name: "Cancel import" }).click();
    await expect(page.getByRole("alertdialog", { name: "Cancel this import?" })).toBeVisible();
    await takePicture(page, "import-cancel");
    await page.keyboard.press("Escape");
    await page.goBack();

    await open(pretended.done);
    await expect(page.getByRole("link", { name: /Lookalike letters/ })).toBeVisible();
    await checkPage(page, "import-done");
    await page.goBack();
    await open(pretended.repeated);
    await expect(page.getByRole("link", { name: "See the earlier import" })).toBeVisible();
    await takePicture(page, "import-failed");
    await page.goBack();
    await open(pretended.waiting);
    await expect(page.getByText("one import runs at a time")).toBeVisible();
    await takePicture(page, "import-waiting");
  });

  await test.step("emails of an import that failed are resent from its page", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendImports(page);
    const asked = await pretendResending(page, [{ resent: 11, tooSoon: 0, notAllowed: 0, limited: 1, contended: 0 }]);
    await reopen(page, `/organizations/${id}/imports/${pretended.done.id}`);
    await expect(page.getByRole("button", { name: "Resend 3 not confirmed" })).toBeVisible();
    await expect(page.getByText("Rejected by the email provider, first 2 hours ago")).toBeVisible();
    await checkPage(page, "import-not-left");
    await page.getByRole("button", { name: "Resend 12 that failed" }).click();
    await expect(page.getByText("11 emails queued")).toBeVisible();
    await expect(page.getByText("1 has to wait: the daily limit")).toBeVisible();
    expect(asked).toEqual([{ mail: "failed" }]);
  });

  await test.step("the page of an import says that its emails wait because the provider accepts none", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendImports(page);
    await pretendMails(page, "sending", { waitsSince: new Date(Date.now() - 65 * minuteMs).toISOString() });
    await reopen(page, `/organizations/${id}/imports/${pretended.running.id}`);
    await expect(
      page.getByText("The email provider accepts no emails now; the first was tried 1 hour ago."),
    ).toBeVisible();
    await checkPage(page, "import-waits");
  });

  await test.step("paused emails of an import are resumed, and stalled ones queued again, from its page", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    await pretendImports(page);
    const mails = await pretendMails(page, "paused");
    await reopen(page, `/organizations/${id}/imports/${pretended.running.id}`);
    await expect(page.getByText("Paused: no emails are sent until someone resumes them.")).toBeVisible();
    await page.getByRole("button", { name: "Resume emails" }).click();
    await expect(page.getByText("Sending continues")).toBeVisible();
    await expect(page.getByRole("button", { name: "Pause emails" })).toBeVisible();

    mails.become("stalled");
    await page.reload();
    await expect(page.getByText("Emails may have stopped: none has left for 30 minutes")).toBeVisible();
    await checkPage(page, "import-stalled");
    await page.getByRole("button", { name: "Queue again" }).click();
    await expect(page.getByRole("button", { name: "Pause emails" })).toBeVisible();
    expect(mails.asked).toEqual(["resume", "resume"]);
  });

  await test.step("teams, and one of them", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    const { id: me } = await call<{ id: string }>(page.request, "GET", "/account");
    const path = `/organizations/${id}/teams`;
    const description = "How it looks and feels.";
    const team = await call<{ id: string }>(page.request, "POST", path, { name: "Design", description });
    await call(page.request, "POST", path, { name: "Research" });
    await call(page.request, "POST", `${path}/${team.id}/members`, { accounts: [me] });
    await reopen(page, path);
    await expect(page.getByRole("main").getByRole("link", { name: /^Design/ })).toBeVisible();
    await checkPage(page, "teams");
    await page
      .getByRole("main")
      .getByRole("link", { name: /^Design/ })
      .click();
    await expect(page.getByRole("button", { name: /^Actions for / })).toBeVisible();
    await checkPage(page, "team");
    await page.getByRole("button", { name: "Add people" }).click();
    await expect(page.getByText("In this team")).toBeVisible();
    await checkPage(page, "team-add");
  });

  await test.step("who scripts import for", async () => {
    await startOver(page);
    const id = await foundOrganization(page, "Acme Robotics");
    await reopen(page, `/organizations/${id}/settings/imports`);
    await page.getByLabel("Highest role").selectOption("Write");
    await expect(page.getByText("1 unsaved change")).toBeVisible();
    await checkPage(page, "settings-imports");
  });
});

test("a file before it is imported: chosen, previewed, refused, uploading", async ({ person: { page } }) => {
  const id = await foundOrganization(page, "Acme Robotics");
  await page.goto(`/organizations/${id}/imports?dialog=import`);
  await expect(page.getByRole("dialog").getByRole("button", { name: "Choose a file" })).toBeFocused();
  await takePicture(page, "import-choose");
  await choose(page, "PK\u0003\u0004", "people.xlsx");
  await expect(page.getByText("This is a workbook or a zip archive.")).toBeVisible();
  await takePicture(page, "import-refused");
  await choose(page, messy, `${"all-the-people-of-the-company-".repeat(6)}.csv`);
  await expect(page.getByRole("button", { name: "Import 2 rows" })).toBeFocused();
  const another = page.getByRole("dialog").getByRole("button", { name: "Another file" });
  await expect(another, "a long name leaves room for what is beside it").toBeInViewport({ ratio: 1 });
  await page.getByRole("button", { name: "Show all 5" }).click();
  await checkPage(page, "import-preview");

  await page.route(/^http:\/\/[^/]+\/muster\/?$/, () => {});
  await page.getByRole("button", { name: "Import 2 rows" }).click();
  await expect(page.getByRole("progressbar", { name: /^Upload of all-the-people/ })).toBeVisible();
  await checkPage(page, "import-upload");
});
