import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { events } from "@muster/core/audit/catalog.ts";
import { counted } from "@muster/core/audit/effects.ts";
import { reference } from "@muster/core/audit/reference.ts";
import { expect, test } from "vitest";
import { reacting, reacts } from "./reacting.ts";
import { modules } from "./reactions.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = `${root}docs/events.md`;
type Entry = { when: string; data: Record<string, string>; logOnly?: true };
const entries = reference as Record<string, Entry>;
const types: readonly string[] = events.map(({ type }) => type);

/** The events that an events.ts declares, by name. */
const declared = readdirSync(`${root}core`, { recursive: true, encoding: "utf8" })
  .filter((path) => /^[a-z]+\/events\.ts$/.test(path))
  .flatMap((path) => {
    const found = readFileSync(`${root}core/${path}`, "utf8").matchAll(/Event\.define\(\s*"([^"]+)"/g);
    return [...found].map(([, type = ""]) => ({ type, path: `core/${path}` }));
  });

test("every event that a noun declares is in the catalog, once", () => {
  const missing = declared.filter(({ type }) => !types.includes(type)).map(({ type, path }) => `${type} of ${path}`);
  expect(missing, "Add the events.ts of this noun to core/audit/catalog.ts.").toEqual([]);
  expect(types.toSorted()).toEqual(declared.map(({ type }) => type).toSorted());
});

test("the announced events are those with reactions", () => {
  for (const [name, { reactions }] of Object.entries(modules)) {
    const subscribed = [...new Set(reactions.map(({ to }) => to.type))].toSorted();
    const listed = reacting[name as keyof typeof reacting].map(({ type }) => type).toSorted();
    expect(subscribed, `List the events of ${name} in functions/queue/reacting.ts.`).toEqual(listed);
  }
});

test("every event has a reader, or is marked as for the log only", () => {
  const isRead = (type: string) => reacts(type) || counted.includes(type);
  const unread = types.filter((type) => !isRead(type) && !entries[type]?.logOnly);
  const where = "Subscribe to it with on(…) in a module that functions/queue/reacting.ts lists, or say `logOnly` in";
  expect(unread, `${where} core/audit/reference.ts.`).toEqual([]);
  const both = types.filter((type) => isRead(type) && entries[type]?.logOnly);
  expect(both, "It has a reader: remove `logOnly` from core/audit/reference.ts.").toEqual([]);
});

test("every event and each field of its data has an entry in the reference, and nothing else has", () => {
  const undocumented = events.flatMap(({ type, schema }) => {
    const fields = Object.keys(schema.entries).filter((field) => !entries[type]?.data[field]);
    return entries[type] ? fields.map((field) => `${type}: ${field}`) : [type];
  });
  expect(undocumented, "Describe it in core/audit/reference.ts.").toEqual([]);
  expect(Object.keys(entries).filter((type) => !types.includes(type))).toEqual([]);
});

function page(): string {
  const sections = types.toSorted().map((type) => {
    const { when, data } = entries[type] ?? { when: "", data: {} };
    const fields = Object.entries(data).map(([field, text]) => `| \`${field}\` | ${text} |`);
    const table = fields.length > 0 ? `\n| Data | |\n| --- | --- |\n${fields.join("\n")}\n` : "";
    return `## ${type}\n\n${when}\n${table}`;
  });
  return `${introduction}\n${sections.join("\n")}`;
}

const introduction = `# Events

Written by \`npm run openapi\` from the events that the code declares.

Everything that happens is recorded once, in the same write as the change itself, in the log of its organization or, for
\`account\` events, of its account. Each event has an \`id\`, its position in the log (\`seq\`), its \`type\`, when it happened
(\`at\`), who did it (\`actor\`: an account, or \`system#\` and a job), the credential that was used (\`via\`), the address of the
client (\`ip\`), and \`data\` by its type. Data holds ids and values, never a secret. New types and new fields may appear:
ignore what you do not know. An event that the API cannot read has the type \`unknown\`.
`;

test("the committed page is up to date with the catalog", () => {
  if (process.env.MUSTER_WRITE) writeFileSync(file, page());
  expect(readFileSync(file, "utf8") === page(), "It is not: run `npm run openapi`.").toBe(true);
});
