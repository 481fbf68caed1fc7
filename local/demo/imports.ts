import { hourMs, minuteMs } from "@muster/core/base/duration.ts";
import { arrive } from "@muster/core/import/arrive.ts";
import { keyOfUpload } from "@muster/core/import/import.ts";
import * as Import from "@muster/core/import/manage.ts";
import * as Work from "@muster/core/import/work.ts";
import { asSystem } from "@muster/core/kernel/context.ts";
import { bucket } from "@muster/core/kernel/ports.ts";
import { type Calendar, type Cast, invitersOf, owner, type Span } from "./cast.ts";
import type { Deployment } from "./deployment.ts";
import type { Figure } from "./people.ts";
import type { Action, DemoOrganization } from "./scenarios.ts";

const second = 1000;

type Parts = { organization: DemoOrganization; cast: Cast; calendar: Calendar; span: Span };

/** Files that people imported: a workbook, one that was canceled, and one with a few rows to fix. */
export function importActions(deployment: Deployment, { organization, cast, calendar, span }: Parts): Action[] {
  const [, admin = owner] = invitersOf(cast);
  const at = calendar.at(0.6);
  const late = span.to - 26 * hourMs;
  const upload = (by: Figure, fileName: string, content: string) =>
    importFile(deployment, organization, { by, fileName, content });
  return [
    { at, run: () => upload(admin, "autumn-hires.xlsx.csv", "PK\u0003\u0004") },
    {
      at: at + 3 * minuteMs,
      run: () => begin(deployment, organization, { by: admin, fileName: "contractors-draft.csv" }, true),
    },
    { at: late, afterReactions: true, run: () => upload(owner, "spring-hires.csv", fileOf(cast)) },
  ];
}

/** A sheet as people keep it by hand. */
function fileOf({ imported, staff }: Cast): string {
  const rows = imported.map(({ name, email, role }, n) => [name, email, role, n % 3 === 0 ? "Design" : ""]);
  const [first = [], second = []] = rows;
  const [known] = staff;
  return [
    ["Full name", "E-mail Address", "Role", "Teams"],
    ...rows,
    ["Noor", "noor(at)example.com", "read", ""],
    [first[0], first[1], "read", ""],
    [second[0], "new.hire@example.com", "boss", ""],
    ["Sam Berg", "", "write", ""],
    ["Kim Holm", "kim.holm@example.com", "read", "Sails"],
    ...(known ? [[known.name, known.email, "read", ""]] : []),
  ]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");
}

type Named = { by: Figure; fileName: string };

/** Begins an import, without uploading its file. */
async function begin(
  { join, asMember }: Deployment,
  organization: DemoOrganization,
  { by, fileName }: Named,
  isLeft = false,
) {
  const person = await join(by);
  return asMember(person, organization.id(), async () => {
    const begun = await Import.create({ fileName });
    if (isLeft) await Import.cancel({ import: begun.import.id });
    return begun;
  });
}

/** Imports a file to its end, like the functions behind the bucket and its queue. */
async function importFile(
  deployment: Deployment,
  organization: DemoOrganization,
  { content, ...named }: Named & { content: string },
) {
  const { import: begun, upload } = await begin(deployment, organization, named);
  const key = keyOfUpload({ organization: organization.id(), id: begun.id });
  await bucket.write(key, content, "text/csv", upload.fields);
  await asSystem("imports", () => arrive({ key, sequencer: "1" }));
  for (let jobs = deployment.take("imports"); jobs.length > 0; jobs = deployment.take("imports")) {
    deployment.clock.moveTo(deployment.clock.now() + second);
    for (const job of jobs) await asSystem<Promise<unknown>>("imports", () => Work.work(job as Work.Job));
  }
}
