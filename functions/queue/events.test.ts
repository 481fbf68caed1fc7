import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { counted } from "@muster/core/audit/effects.ts";
import { eventMessages } from "@muster/core/catalog/event-messages.ts";
import { events } from "@muster/core/catalog/events.ts";
import { beforeAll, expect, test } from "vitest";
import { describedEvents } from "../testing/api-document.ts";
import { eventTexts } from "./events.testing.ts";
import { reacting, reacts } from "./reacting.ts";
import { modules } from "./reactions.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = `${root}docs/events.md`;
const types: readonly string[] = events.map(({ type }) => type);

let described: typeof eventTexts;
beforeAll(async () => {
  described = (await describedEvents()).eventTexts;
});

/** The events that an events.ts declares, by name. */
const declared = readdirSync(`${root}core`, { recursive: true, encoding: "utf8" })
  .filter((path) => /^[a-z]+\/events\.ts$/.test(path))
  .flatMap((path) => {
    const found = readFileSync(`${root}core/${path}`, "utf8").matchAll(/Event\.define\(\s*"([^"]+)"/g);
    return [...found].map(([, type = ""]) => ({ type, path: `core/${path}` }));
  });

test("every event that a noun declares is in the catalog, once", () => {
  const missing = declared.filter(({ type }) => !types.includes(type)).map(({ type, path }) => `${type} of ${path}`);
  expect(missing, "Add the events.ts of this noun to core/catalog/events.ts.").toEqual([]);
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
  const logOnly = Object.entries(eventMessages).flatMap(([type, row]) => ("logOnly" in row ? [type] : []));
  const isOwn = (type: string) => /^account\.(passkey_|secured)/.test(type);
  const unread = types.filter((type) => !isRead(type) && !logOnly.includes(type) && !isOwn(type));
  const where = "Subscribe to it with on(…) in a module that functions/queue/reacting.ts lists, or say `logOnly` in";
  expect(unread, `${where} the messages.ts of its noun.`).toEqual([]);
  expect(logOnly.filter(isRead), "It has a reader: remove `logOnly` from the messages.ts of its noun.").toEqual([]);
});

test("every event and each field of its data is described beside it, in no bundle", () => {
  expect(undescribed(described), "Write a doc comment above it, in the events.ts of its noun.").toEqual([]);
  expect(described.length).toBe(types.length);
  expect(undescribed(eventTexts)).toEqual(
    eventTexts.flatMap(({ type, data }) => [type, ...data.map(({ field }) => `${type}: ${field}`)]),
  );
});

const undescribed = (texts: typeof eventTexts) =>
  texts.flatMap(({ type, when, data }) => [
    ...(when === undefined ? [type] : []),
    ...data.filter(({ text }) => text === undefined).map(({ field }) => `${type}: ${field}`),
  ]);

function page(): string {
  const sorted = described.toSorted((one, other) => (one.type < other.type ? -1 : 1));
  const sections = sorted.map(({ type, when, data }) => {
    const fields = data.map(({ field, text }) => `| \`${field}\` | ${text} |`);
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
