import { type ConversionConfig, type JsonSchema as Converted, toJsonSchema } from "@valibot/to-json-schema";
import type * as v from "valibot";

export type JsonSchema = Record<string, unknown>;
type Shapes = Record<string, v.GenericSchema>;
type Action = Parameters<NonNullable<ConversionConfig["overrideAction"]>>[0];

/**
 * What a caller may send.
 * @throws Error for a step of a pipe that nobody has said how to document
 */
export const inputSchema = (schema: v.GenericSchema, shapes: Shapes): JsonSchema => convert(schema, shapes, tell);

/** What is answered; attributes in the names of instants are instants. */
export const outputSchema = (schema: v.GenericSchema, shapes: Shapes): JsonSchema =>
  withInstants(convert(schema, shapes, pass)) as JsonSchema;

/** The shapes themselves, for the part of the document that others refer to. */
export const named = (shapes: Shapes): JsonSchema =>
  Object.fromEntries(
    Object.entries(shapes).map(([name, schema]) => {
      const others = Object.fromEntries(Object.entries(shapes).filter(([other]) => other !== name));
      return [name, outputSchema(schema, others)];
    }),
  );

/** JSON Schema reads every pattern as the flag u does, so this one flag is lost without loss. */
function unicodePattern(requirement: unknown, schema: Converted): Converted | undefined {
  if (!(requirement instanceof RegExp) || requirement.flags !== "u") return undefined;
  const isOnly = schema.pattern === undefined || schema.pattern === requirement.source;
  return isOnly ? { ...schema, pattern: requirement.source } : undefined;
}

/** Says what a step of a pipe asks for or does. */
type Teller = (schema: Converted, sentence: string) => Converted;

function convert(schema: v.GenericSchema, definitions: Shapes, teller: Teller): JsonSchema {
  const {
    $schema: _,
    $defs: __,
    ...converted
  } = toJsonSchema(schema, {
    target: "draft-2020-12",
    errorMode: "throw",
    definitions,
    overrideRef: ({ referenceId }) => `#/components/schemas/${referenceId}`,
    overrideAction: (context) => overrideAction(context, teller),
  });
  return converted;
}

const idPattern = /^\^[a-z]+_\[0-7\]/;

/** How the steps of a pipe are told that the converter does not know. */
function overrideAction({ valibotAction, jsonSchema }: Action, teller: Teller): Converted | undefined {
  const action = valibotAction as { type: string; message?: unknown; requirement?: unknown };
  switch (action.type) {
    case "normalize":
      return jsonSchema; // Unicode's way of writing a letter; nobody sees it
    case "trim":
      return teller(jsonSchema, "White space around it is dropped.");
    case "to_lower_case":
      return teller(jsonSchema, "Upper and lower case are the same.");
    case "check":
      if (typeof action.message !== "string") throw new Error("A check without a sentence cannot be documented.");
      return teller(jsonSchema, `Else refused: "${action.message}"`);
    case "regex":
      return unicodePattern(action.requirement, jsonSchema);
    case "transform":
      // only what names a text that was checked already: the id of a noun
      if (idPattern.test(jsonSchema.pattern ?? "")) return jsonSchema;
      throw new Error("A transformation cannot be documented: what is sent would differ from what is kept.");
    default:
      return undefined;
  }
}

/** To a caller. */
const tell: Teller = (schema, sentence) => ({
  ...schema,
  description: [schema.description, sentence].filter(Boolean).join(" "),
});
/** What was kept has passed, and there is nothing to tell. */
const pass: Teller = (schema) => schema;

/** Names that end in At, and `at` itself, are instants in ISO 8601 throughout. */
function withInstants(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(withInstants);
  if (typeof part !== "object" || part === null) return part;
  const told = Object.entries(part).map(([name, value]) => [name, withInstants(value)] as const);
  return Object.fromEntries(
    told.map(([name, value]) => [name, isInstant(name, value) ? { ...(value as object), format: "date-time" } : value]),
  );
}

const isInstant = (name: string, value: unknown) =>
  /^at$|[a-z]At$/.test(name) && (value as { type?: unknown } | null)?.type === "string";
