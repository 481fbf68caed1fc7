import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string) => readFileSync(`${root}${path}`, "utf8");

/** The files where each queue's messages are told apart: by a table, or by conditions. */
const consumers = [
  "functions/queue/jobs.ts",
  "functions/storage/imports.ts",
  "core/import/work.ts",
  "core/mail/bulk.ts",
];

test("every job that a noun declares has a consumer", () => {
  const files = readdirSync(`${root}core`, { recursive: true, encoding: "utf8" }).filter((path) =>
    path.endsWith(".ts"),
  );
  const declared = files.flatMap((path) =>
    [...read(`core/${path}`).matchAll(/\bjob: v\.literal\("(\w+)"\)/g)].map(([, job = ""]) => ({ job, path })),
  );
  const handled = consumers.flatMap((path) =>
    [...read(path).matchAll(/(?:case |job === )"(\w+)"|^ {2}(\w+)[:,]/gm)].map(([, one, other]) => one ?? other),
  );
  expect(declared.length).toBeGreaterThan(10);
  const orphans = declared.filter(({ job }) => !handled.includes(job));
  expect(orphans, `Add it to one of ${consumers.join(", ")}.`).toEqual([]);
});
