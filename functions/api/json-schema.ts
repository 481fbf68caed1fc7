import { type ConversionConfig, type JsonSchema as Converted, toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";
import { descriptionOf } from "./described.ts";

export type JsonSchema = Record<string, unknown>;
type Shapes = Record<string, v.GenericSchema>;
type Action = Parameters<NonNullable<ConversionConfig["overrideAction"]>>[0];

/**
 * Returns the schema of input.
 * @throws Error for a step of a pipe without a documentation
 */
export const inputSchema = (schema: v.GenericSchema, shapes: Shapes): JsonSchema =>
  finished(convert(schema, shapes, annotate)) as JsonSchema;

/** Returns the schema of answers. */
export const outputSchema = (schema: v.GenericSchema, shapes: Shapes): JsonSchema =>
  finished(convert(schema, shapes, pass)) as JsonSchema;

/** The shapes themselves, for the part of the document that others refer to. */
export const named = (shapes: Shapes, converted = outputSchema): JsonSchema =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, schema]) => {
      const others = Object.fromEntries(Object.entries(shapes).filter(([other]) => other !== name));
      return [name, converted(schema, others)];
    }),
  );

/** JSON Schema reads every pattern with the flag u, so this flag can be dropped. */
function unicodePattern(requirement: unknown, schema: Converted): Converted | undefined {
  if (!(requirement instanceof RegExp) || requirement.flags !== "u") return undefined;
  const isOnly = schema.pattern === undefined || schema.pattern === requirement.source;
  return isOnly ? { ...schema, pattern: requirement.source } : undefined;
}

/** Describes what a step of a pipe does, or with which sentence it refuses. */
type Annotator = (schema: Converted, note: "x-does" | "x-refuses", sentence: string) => Converted;

function convert(schema: v.GenericSchema, shapes: Shapes, annotator: Annotator): JsonSchema {
  const definitions = within(schema, shapes);
  const {
    $schema: _,
    $defs: __,
    ...converted
  } = toJsonSchema(schema, {
    target: "draft-2020-12",
    errorMode: "throw",
    definitions,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    overrideAction: (context) => overrideAction(context, annotator),
    overrideSchema: ({ valibotSchema, jsonSchema, errors }) =>
      errors ? undefined : withDescription(valibotSchema, jsonSchema, shapes),
  });
  return converted;
}

/** Only the shapes that a schema contains: each one that is passed on is converted, whether it is referred to or not. */
function within(schema: v.GenericSchema, shapes: Shapes): Shapes {
  const seen = new Set<unknown>();
  const visit = (part: unknown) => {
    if (typeof part !== "object" || part === null || seen.has(part)) return;
    seen.add(part);
    for (const inner of Object.values(part)) visit(inner);
  };
  visit(schema);
  return Object.fromEntries(Object.entries(shapes).filter(([, shape]) => seen.has(shape)));
}

/** Returns a schema with its own description; a copy of a named one refers to it. */
function withDescription(schema: { type: string }, converted: Converted, shapes: Shapes): Converted | undefined {
  const own = descriptionOf(schema);
  if (!own) return schema.type === "nullable" ? likeItsValue(converted) : undefined;
  for (let one: typeof own | undefined = own; one; one = descriptionOf(one.schema)) {
    const original = one.schema;
    const [name] = Object.entries(shapes).find(([, shape]) => shape === original) ?? [];
    if (name) return { $ref: `#/components/schemas/${name}`, description: own.text };
  }
  return { ...converted, description: own.text };
}

/** A value that may also be null has the value's description. */
function likeItsValue({ anyOf = [], ...rest }: Converted): Converted {
  const [{ description, ...value } = {}, ...others] = anyOf as Converted[];
  return { ...rest, anyOf: [value, ...others], ...(description !== undefined && { description }) };
}

const idPattern = /^\^[a-z]+_\[0-7\]/;

/** The default description of an id: "The id of a team." */
function withIdText(action: { message?: unknown; requirement?: unknown }, schema: Converted): Converted | undefined {
  const { message, requirement } = action;
  const isId = requirement instanceof RegExp && idPattern.test(requirement.source) && typeof message === "string";
  return isId ? ({ ...schema, "x-preset": message.replace(/^Expected t/, "T") } as Converted) : undefined;
}

/** Documents the steps of a pipe that the converter does not know. */
function overrideAction({ valibotAction, jsonSchema }: Action, annotator: Annotator): Converted | undefined {
  const action = valibotAction as { type: string; message?: unknown; requirement?: unknown; operation?: unknown };
  switch (action.type) {
    case "normalize":
      return jsonSchema; // Unicode normalization, which is invisible
    case "trim":
      return annotator(jsonSchema, "x-does", "White space around it is removed.");
    case "to_lower_case":
      return annotator(jsonSchema, "x-does", "It is stored in lowercase.");
    case "check":
      return annotator(jsonSchema, "x-refuses", `"${sentenceOf(action.message)}"`);
    case "regex":
      return withIdText(action, jsonSchema) ?? unicodePattern(action.requirement, jsonSchema);
    case "transform":
      if (hasSummary(action.operation)) return annotator(jsonSchema, "x-does", action.operation.summary);
      // otherwise only for the id of a noun, which is a text that was already checked
      if (idPattern.test(jsonSchema.pattern ?? "")) return jsonSchema;
      throw new Error("A transformation cannot be documented: the input would differ from the stored value.");
    default:
      return undefined;
  }
}

const hasSummary = (operation: unknown): operation is { summary: string } =>
  typeof operation === "function" && "summary" in operation && typeof operation.summary === "string";

/** Returns what a check says. One whose sentence depends on the value has another for the document. */
function sentenceOf(message: unknown): string {
  const summary = typeof message === "function" && "summary" in message ? message.summary : message;
  if (typeof summary !== "string") throw new Error("A check without a sentence cannot be documented.");
  return summary;
}

/** For callers; `finished` appends it to the description. */
const annotate: Annotator = (schema, note, sentence) => {
  const notes = (schema as Notes)[note] ?? [];
  return { ...schema, [note]: notes.includes(sentence) ? notes : [...notes, sentence] };
};
type Notes = { "x-does"?: string[]; "x-refuses"?: string[]; "x-preset"?: string };
const either = new Intl.ListFormat("en", { type: "disjunction" });
/** A stored value has passed, so there is nothing to say. */
const pass: Annotator = (schema) => schema;

/** Completes every description, and documents instants by their names. */
function finished(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(finished);
  if (typeof part !== "object" || part === null) return part;
  const { "x-does": does = [], "x-refuses": refuses = [], "x-preset": preset, ...rest } = part as Notes & JsonSchema;
  const sentences = [...does, ...(refuses.length > 0 ? [`Refused with ${either.format(refuses)}`] : [])];
  const entries = Object.entries(rest).map(([name, value]) => {
    const inner = finished(value);
    return [name, isInstant(name, inner) ? { ...(inner as object), format: "date-time" } : inner] as const;
  });
  const result = Object.fromEntries(entries);
  if (preset === undefined && sentences.length === 0) return result;
  const own = typeof result.description === "string" ? result.description : (preset ?? "");
  return { ...result, description: [own, ...sentences].filter((text) => text !== "").join(" ") };
}

/** All of them in ISO 8601 and UTC. */

const isInstant = (name: string, value: unknown) =>
  /^(at|until)$|[a-z](At|Until)$|^(period|trial)End$/.test(name) &&
  (value as { type?: unknown } | null)?.type === "string";
