import { Ajv2020, type ErrorObject, type ValidateFunction } from "@redocly/ajv/dist/2020.js";
import { typed, type Value } from "./form.ts";
import { invalid, Violation } from "./refusal.ts";
import type { Schema, Schemas } from "./schema.ts";
import type { Objects, types } from "./wire.ts";

const nothing: Schema = { type: "object", properties: {}, additionalProperties: false };

/** The contract between the library and Stripe, according to the library's types. */
export type Contract = {
  /**
   * Returns the parameters of a call, with their types restored.
   * @throws Refusal like Stripe's
   */
  readRequest: (call: string, form: Record<string, Value>) => Record<string, Value>;
  /** @throws Violation */
  checkAnswer: (call: string, answer: unknown) => void;
  /** @throws Violation */
  checkObject: (object: object) => void;
  /** An object with the given fields, and the smallest allowed value in all others: nothing where that is allowed. */
  make: <Name extends keyof Objects>(name: Name, fields: Given<Objects[Name]>) => Objects[Name];
  /**
   * Returns whether a call or an object has a field: `subscriptions.update > items[].quantity`, `invoice >
   * parent.subscription_details`.
   */
  has: (path: string) => boolean;
};

type Given<Fields> = { [Name in keyof Fields]?: Fields[Name] | undefined };

export function openContract(schemas: Schemas): Contract {
  // the schemas are generated here, and optimizing their code takes longer than it ever saves
  const quick = { validateSchema: false, code: { optimize: false } };
  const ajv = new Ajv2020({ allErrors: false, strict: false, inlineRefs: false, ...quick });
  // each shape is a schema of its own, because only those are compiled once for all references
  for (const [name, schema] of Object.entries(schemas.$defs)) ajv.addSchema(pinned(schema), name);
  const compiled = new Map<string, ValidateFunction>();

  function validator(name: string, schema: Schema): ValidateFunction {
    const known = compiled.get(name);
    if (known) return known;
    const made = ajv.compile(pinned(schema));
    compiled.set(name, made);
    return made;
  }

  function resolve(schema: Schema): Schema[] {
    if (schema.$ref) return resolve(schemas.$defs[schema.$ref.slice("#/$defs/".length)] ?? nothing);
    return schema.anyOf ? schema.anyOf.flatMap(resolve) : [schema];
  }

  function callOf(call: string) {
    const found = schemas.calls[call];
    if (!found) throw new Error(`No schema of ${call}`);
    return found;
  }

  function check(name: string, schema: Schema, value: unknown): void {
    const validate = validator(name, schema);
    if (!validate(value)) throw new Violation(`${name} has an invalid answer: ${sentenceOf(deepest(validate.errors))}`);
  }

  const skeletons = new Map<string, string>();

  /** The smallest allowed value. */
  function smallest(schema: Schema): unknown {
    const options = resolve(schema);
    if (options.some(({ type }) => type === "null")) return null;
    const [first = nothing] = options;
    if (first.const !== undefined) return first.const;
    if (first.enum) return first.enum[0];
    if (first.type === "string") return "";
    if (first.type === "number" || first.type === "integer") return 0;
    if (first.type === "boolean") return false;
    if (first.type === "array") return [];
    const { properties = {}, required = [] } = first;
    return Object.fromEntries(required.map((name) => [name, smallest(properties[name] ?? {})]));
  }

  function has(path: string): boolean {
    const [name = "", fields = ""] = path.split(" > ");
    const start = schemas.calls[name]?.request ?? schemas.objects[name];
    const steps = fields.replaceAll("[]", ".[]").split(".");
    const end = steps.reduce(
      (at, step) =>
        at.flatMap(({ properties, additionalProperties, items }) => {
          const next = step === "[]" ? items : (properties?.[step] ?? (additionalProperties || undefined));
          return next ? resolve(next) : [];
        }),
      start ? resolve(start) : [],
    );
    return end.length > 0;
  }

  return {
    has,
    readRequest: (call, form) => {
      const { request = nothing } = callOf(call);
      const params = typed(form, request, resolve) as Record<string, Value>;
      const validate = validator(`${call} request`, request);
      // threat: Stripe's stand-in takes parameters that Stripe does not know
      if (!validate(params)) throw refusalOf(deepest(validate.errors));
      return params;
    },
    checkAnswer: (call, answer) => check(call, callOf(call).answer, answer),
    checkObject: (object) => {
      const name = "object" in object ? String(object.object) : "";
      const deleted = "deleted" in object && object.deleted === true;
      const schema = schemas.objects[deleted ? `deleted_${name.replace("test_helpers.", "")}` : name];
      if (!schema) throw new Violation(`The stand-in answers with no ${name}.`);
      check(name, schema, object);
    },
    make: (name, fields) => {
      const known = skeletons.get(name) ?? JSON.stringify(smallest(schemas.objects[name as keyof typeof types] ?? {}));
      skeletons.set(name, known);
      const given = Object.entries(fields).filter(([, value]) => value !== undefined);
      return { ...JSON.parse(known), ...Object.fromEntries(given) };
    },
  };
}

/** With references to schemas instead of to parts of one. */
const pinned = (schema: Schema): Schema => JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"')) as Schema;

/** Of the errors of a union, the deepest one says what is wrong. */
function deepest(errors: ErrorObject[] | null | undefined): ErrorObject | undefined {
  const depth = ({ instancePath, keyword }: ErrorObject) =>
    instancePath.split("/").length + (keyword === "additionalProperties" ? 0.5 : 0);
  return errors?.toSorted((one, other) => depth(other) - depth(one))[0];
}

const sentenceOf = (error: ErrorObject | undefined) =>
  error ? `${error.instancePath || "/"} ${error.message} ${JSON.stringify(error.params)}` : "";

/** Stripe's sentence and code for it. */
function refusalOf(error: ErrorObject | undefined) {
  const { instancePath = "", keyword = "", params = {}, message = "" } = error ?? {};
  const param = nested(instancePath);
  if (keyword === "additionalProperties") {
    const unknown = nested(`${instancePath}/${String(params.additionalProperty)}`);
    return invalid(`Received unknown parameter: ${unknown}`, { code: "parameter_unknown", param: unknown });
  }
  if (keyword === "required") {
    const absent = nested(`${instancePath}/${String(params.missingProperty)}`);
    return invalid(`Missing required param: ${absent}.`, { code: "parameter_missing", param: absent });
  }
  if (keyword === "minLength") {
    const empty = `You passed an empty string for '${param}', which cannot be unset.`;
    return invalid(empty, { code: "parameter_invalid_empty", param });
  }
  if (keyword === "type" && (params.type === "number" || params.type === "integer")) {
    return invalid(`Invalid integer: ${param}`, { code: "parameter_invalid_integer", param });
  }
  return invalid(`Invalid ${param}: ${message}`, { param });
}

/** `/items/0/price` as Stripe writes it: `items[0][price]`. */
function nested(pointer: string): string {
  const [first = "", ...others] = pointer.split("/").slice(1);
  return first + others.map((part) => `[${part}]`).join("");
}
