import * as v from "valibot";
import { type Field, implied } from "./failure.ts";

/**
 * Parses, or fails with one entry per invalid field. Messages do not repeat the input, but for a letter.
 * @throws input.invalid
 */
export function parse<S extends v.GenericSchema>(schema: S, raw: unknown): v.InferOutput<S> {
  const result = v.safeParse(schema, raw, { abortPipeEarly: true });
  if (result.success) return result.output;
  throw implied.invalid({ fields: result.issues.map(field) });
}

/**
 * The same for what a person or their program sends: no text in it is broken, whatever its shape says.
 * @throws input.invalid
 */
export function parseSent<S extends v.GenericSchema>(schema: S, raw: unknown): v.InferOutput<S> {
  const sent = parse(schema, raw);
  const path = brokenIn(sent);
  if (path === undefined) return sent;
  throw implied.invalid({ fields: [{ path: plainName.test(path) ? path : "", message: brokenText }] });
}

// threat: half a character is stored, or fails as a bug
/** Half of a character, which no store takes, or a control that no field allows. */
const broken = /\p{Cs}|[^\P{Cc}\t\n\v\f\r]/u;
const brokenText = "This has a character that cannot be shown. Type it again.";

/** Returns where a text is broken, or a name is; empty for the value itself. */
export function brokenIn(value: unknown): string | undefined {
  if (typeof value === "string") return broken.test(value) ? "" : undefined;
  if (typeof value !== "object" || value === null) return undefined;
  for (const [name, one] of value instanceof Map ? value : Object.entries(value)) {
    const path = broken.test(String(name)) ? "" : brokenIn(one);
    if (path !== undefined) return path === "" ? String(name) : `${String(name)}.${path}`;
  }
  return undefined;
}

/** Said of a field that is missing. */
export const requiredText = "This field is required.";

const kinds: Record<string, string> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
  strict_object: "an object",
  array: "a list",
};

// threat: a name of a field that is a key is repeated
/** The caller chose the name of an unknown field: it is repeated only if it looks like a name, and not like a key. */
const plainName = /^(?=.{1,40}$)[a-z][A-Za-z0-9_-]*(\.[a-z0-9][A-Za-z0-9_-]*)*$/;

/** Messages of our own checks are sentences and pass. Valibot's own messages would echo the input. */
function field(issue: v.BaseIssue<unknown>): Field {
  const path = v.getDotPath(issue) ?? "";
  const isUnknown = issue.type === "strict_object" && issue.expected === "never";
  if (isUnknown) {
    const parent = (issue.path ?? []).slice(0, -1).map(({ key }) => String(key));
    // threat: messages repeat names that were sent
    const named = [path, parent.join(".")].find((one) => plainName.test(one)) ?? "";
    return { path: named, message: "Unknown field." };
  }
  if (issue.expected !== null && issue.input === undefined) return { path, message: requiredText };
  if (issue.kind === "schema" && ["picklist", "variant"].includes(issue.type)) {
    return { path, message: "This is not one of the choices." };
  }
  if (issue.kind === "schema" && issue.type in kinds) return { path, message: `Expected ${kinds[issue.type]}.` };
  // threat: messages repeat what was sent
  return { path, message: issue.message.startsWith("Invalid ") ? "This value is not valid." : issue.message };
}
