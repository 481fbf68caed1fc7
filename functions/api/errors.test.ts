import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { FailureType } from "@muster/core/base/failure.ts";
import { beforeAll, expect, test } from "vitest";
import { failuresOf, operations } from "./openapi.ts";
import { bug, statusOf } from "./problem.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const file = `${root}docs/errors.md`;
const sources = ["core", "functions"]
  .flatMap((room) => readdirSync(root + room, { recursive: true, encoding: "utf8" }).map((path) => `${room}/${path}`))
  .filter((path) => path.endsWith(".ts") && !/node_modules|\bdist\b|\bruntime\b|\.test\.ts$/.test(path))
  .map((path) => ({ path, text: readFileSync(root + path, "utf8") }))
  .filter(({ text }) => !text.includes('from "vitest"'));

let catalog: FailureType[];
beforeAll(async () => {
  const found = new Set<FailureType>();
  for (const { path, text } of sources) {
    // entry points read the environment of a deployment, and declare nothing
    if (/^export .*\bhandler\b/m.test(text)) continue;
    const module = (await import(root + path)) as Record<string, unknown>;
    for (const exported of Object.values(module)) for (const type of failuresIn(exported)) found.add(type);
  }
  catalog = [...found].sort((one, other) => (one.code < other.code ? -1 : 1));
});

/** Returns a failure, or those of an object that holds some. */
function failuresIn(exported: unknown): FailureType[] {
  const candidates = typeof exported === "object" && exported !== null ? Object.values(exported) : [exported];
  return candidates.filter((one): one is FailureType => typeof one === "function" && "code" in one && "kind" in one);
}

const mounted = operations();

function whereMet({ code }: { code: string }): string {
  const there = mounted.filter((operation) => failuresOf(operation).some((type) => type.code === code));
  if (there.length === 0) return "";
  if (there.length === mounted.length) return "everywhere";
  const others = mounted.filter((operation) => !there.includes(operation));
  if (others.length < there.length / 2) return `everywhere except ${names(others)}`;
  return names(there);
}

const names = (some: { operationId: string }[]) => some.map(({ operationId }) => `\`${operationId}\``).join(", ");

/** Answers of the API itself, for any operation. */
const frame = [
  { code: "route.missing", where: "unknown paths" },
  { code: "route.method_not_allowed", where: "known paths with another method" },
  { code: "request.wrong_origin", where: "everywhere" },
];

function rows() {
  return (
    [
      ...catalog.map((type) => ({
        code: type.code,
        status: statusOf(type),
        message: type.message,
        where: frame.find(({ code }) => code === type.code)?.where ?? whereMet(type),
      })),
      { ...bug, where: "everywhere" },
    ]
      // for the deployment's own jobs, never for clients
      .filter(({ where }) => where !== "")
      .sort((one, other) => (one.code < other.code ? -1 : 1))
  );
}

function page(): string {
  const lines = rows().map(
    ({ code, status, message, where }) => `| <a id="${code}"></a>\`${code}\` | ${status} | ${message} | ${where} |`,
  );
  return `${introduction}\n| Code | Status | Meaning | Returned by |\n| --- | --- | --- | --- |\n${lines.join("\n")}\n`;
}

const introduction = `# Errors of the API

Written by \`npm run openapi\` from the failures that the code declares. The site shows it at \`/docs/errors\`.

An error is \`application/problem+json\` (RFC 9457). Branch on \`code\`, which does not change; show \`detail\`, which may.
\`errors\` names the invalid fields, \`permission\` the one that a 403 is about, and \`requestId\` identifies the request in
the log. After a 429, wait as many seconds as \`Retry-After\` says. After a 503, send the same request again.
`;

test("the committed list is up to date", () => {
  if (process.env.MUSTER_WRITE) writeFileSync(file, page());
  expect(readFileSync(file, "utf8") === page(), "It is not: run `npm run openapi`.").toBe(true);
});

test("every code is declared once", () => {
  const codes = catalog.map(({ code }) => code);
  expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
  expect(codes).not.toContain(bug.code);
});

test("every failure that the code declares is exported, and so in the list", () => {
  const declared = sources.flatMap(({ text }) =>
    [...text.matchAll(/\bfailure\(\s*"\w+",\s*"([\w.]+)"/g)].map(([, code]) => code),
  );
  expect(declared.length).toBeGreaterThan(20);
  expect(new Set(declared)).toEqual(new Set(catalog.map(({ code }) => code)));
});

test("every code is a noun and a reason, and every meaning a readable sentence", () => {
  for (const { code, message } of catalog) {
    expect(code).toMatch(/^[a-z]+\.[a-z]+(_[a-z]+)*$/);
    expect(message).toMatch(/^[A-Z].*\.$/);
    expect(message).not.toContain("|");
  }
});

test("every link from a problem leads to its entry in the list, and every entry is answered by some operation", () => {
  const ofOperations = mounted.flatMap(failuresOf).map(({ code }) => code);
  const answered = [...ofOperations, ...frame.map(({ code }) => code), bug.code];
  const listed = [...readFileSync(file, "utf8").matchAll(/<a id="(.+?)"><\/a>/g)].map(([, code]) => code);
  expect(listed).toEqual([...new Set(answered)].sort());
});
