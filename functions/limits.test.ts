import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { daySeconds, hourSeconds, minuteSeconds } from "@muster/core/base/duration.ts";
import * as Billing from "@muster/core/billing/limits.ts";
import * as Import from "@muster/core/import/limits.ts";
import * as Organization from "@muster/core/organization/limits.ts";
import * as Purge from "@muster/core/purge/limits.ts";
import * as Limits from "@muster/core/rate/limits.ts";
import * as Reading from "@muster/core/reading/limits.ts";
import { expect, test } from "vitest";
import { deadLetterDays } from "./queue/limits.ts";
import { commentsOf } from "./testing/doc-comments.ts";

// Numbers in documents are those of the code.

const root = fileURLToPath(new URL("..", import.meta.url));
const read = (file: string) => readFileSync(root + file, "utf8");
const number = (value: number) => value.toLocaleString("en");

/** A window in words: "5 in 15 minutes", "20 a day". */
function textOf({ quota, windowSeconds }: Limits.Window): string {
  const units = [
    { name: "a day", seconds: daySeconds },
    { name: "an hour", seconds: hourSeconds },
    { name: "a minute", seconds: minuteSeconds },
  ];
  const unit = units.find(({ seconds }) => seconds === windowSeconds)?.name;
  return `${number(quota)} ${unit ?? `in ${windowSeconds / minuteSeconds} minutes`}`;
}
const [byHand = "", ofRates = ""] = read("docs/limits.md").split("\n## Rate limits\n");
const rows = [...byHand.matchAll(/^\| (?!What|---)(.+?) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, what = "", value = "", where = ""]) => [what, value, where] as const,
);

test.each(rows)("docs/limits.md has the number of the code: %s | %s", async (_, value, where) => {
  const [, names = "", path = where] = /^(.+) in `([^`]+)`$/.exec(where) ?? [];
  expect(existsSync(root + path.replaceAll("`", "")), `No file ${path}: correct the row in docs/limits.md.`).toBe(true);
  const constants = [...names.matchAll(/\w+/g)].map(([name]) => name);
  const declared: Record<string, unknown> = constants.length > 0 ? await import(root + path) : {};
  const numbers = value.match(/\d+(,\d{3})*/g) ?? [];
  expect(
    numbers,
    "Correct these numbers in docs/limits.md, or the constants that their row names in their order.",
  ).toEqual(constants.map((name) => shown(declared[name])));
});

/** A number as documents show it; of a list, how many it has. */
const shown = (constant: unknown) => number(Array.isArray(constant) ? constant.length : Number(constant));

const windowsOf = new Map(
  Object.entries<unknown>(Limits).flatMap(([name, one]) =>
    (one as Limits.Limit).windows ? [[name, (one as Limits.Limit).windows]] : [],
  ),
);

/** The table of all rate limits, of their comments: a sentence that says what is limited, and then the reasons. */
function tableOfRates(): string {
  const boundsOf = (name: Limits.RequestLimitName) => {
    const { min, max } = Limits.requestLimits[name];
    return ` (\`${name}\`, ${number(min)} to ${number(max)})`;
  };
  const quotaOf = (window: Limits.Window) => textOf(window) + (window.configured ? boundsOf(window.configured) : "");
  const lines = [...commentsOf(`${root}core/rate/limits.ts`)].flatMap(([name, comment]) => {
    const request = Limits.requestLimitNames.find((one) => one === name);
    const ofRequest = request && number(Limits.requestLimits[request].value) + boundsOf(request);
    const quota = windowsOf.get(name)?.map(quotaOf).join(", ") ?? ofRequest;
    const [, what, why = ""] = /^(.+?)\.(?: (.+))?$/.exec(comment) ?? [];
    return quota === undefined ? [] : [`| ${what} | ${quota} | ${why} |`];
  });
  return ["| What | At most | Why |", "|---|---|---|", ...lines].join("\n");
}

test("docs/limits.md lists every rate limit, with its reason", () => {
  const rates = ofRates.replace(/^\|.*\|$(\n^\|.*\|$)*/m, tableOfRates());
  if (process.env["MUSTER_WRITE"]) writeFileSync(`${root}docs/limits.md`, `${byHand}\n## Rate limits\n${rates}`);
  expect(read("docs/limits.md"), "Run npm run openapi.").toBe(`${byHand}\n## Rate limits\n${rates}`);
});

test("every rate limit has a comment, and the table the name of each that an operator sets", () => {
  const described = [...commentsOf(`${root}core/rate/limits.ts`).keys()];
  expect(windowsOf.size).toBeGreaterThan(30);
  expect([...windowsOf.keys()].filter((name) => !described.includes(name))).toEqual([]);
  const table = tableOfRates();
  expect(Limits.requestLimitNames.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
});

test.each([
  ["docs/imports.md", `| File | ${Import.maxMebibytes} MiB |`],
  ["docs/imports.md", `| Upload form | valid for ${Import.uploadMinutes} minutes |`],
  ["docs/imports.md", `| Files, reports, and import records | kept for ${Import.keptDays} days |`],
  ["docs/imports.md", `| Uploads in \`imports/\` | kept for ${Import.uploadDays} days |`],
  ["docs/imports.md", `decided on the first ${Reading.prefixBytes / 1024} KiB`],
  ["docs/deletion.md", `**${Organization.restorableDays} days.** An owner can restore it`],
  ["docs/deletion.md", `It names nobody. | ${Purge.reportDays} days;`],
  ["docs/deletion.md", `organization ids and numbers. | ${Billing.reportDays} days |`],
  ["docs/operating.md", `Purges organizations deleted ${Organization.restorableDays} days ago`],
  ["docs/deploying.md", `Messages stay for ${deadLetterDays} days`],
  ["docs/glossary.md", `delete for good, ${Organization.restorableDays} days after deletion`],
])("%s says: %s", (file, sentence) => {
  expect(read(file)).toContain(sentence);
});
