import { join } from "node:path";
import ts from "typescript-api";

/** The part of JSON Schema that the library's types need. */
export type Schema = {
  $ref?: string;
  type?: "string" | "number" | "integer" | "boolean" | "null" | "array" | "object";
  const?: string | number | boolean;
  enum?: (string | number)[];
  pattern?: string;
  anyOf?: Schema[];
  not?: object;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | false;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  maxItems?: number;
};

export type Schemas = {
  $defs: Record<string, Schema>;
  /** The parameters and the answer of each method of the library, such as `checkout.sessions.create`. */
  calls: Record<string, { request?: Schema; answer: Schema }>;
  /** Objects by the name in their `object`. */
  objects: Record<string, Schema>;
};

export type Wanted = {
  /** The folder of the installed `stripe` package. */
  library: string;
  calls: readonly string[];
  /** Name of the object → its type. An answer has no other object, neither expanded nor embedded. */
  objects: Readonly<Record<string, string>>;
};

type Mode = "request" | "answer";

const { TypeFlags, SymbolFlags } = ts;
const never: Schema = { not: {} };
const decimal = "^-?\\d+(\\.\\d+)?$";
const anEvent = "'event'";

/** @throws if the library no longer has a required method or type */
export function schemasOf({ library, calls, objects }: Wanted): Schemas {
  const { checker, client, types } = readLibrary(library, Object.values(objects));
  const known = new Set(types.values());
  const $defs: Schemas["$defs"] = {};
  const names = new Map<ts.Type, string>();

  function schemaOf(type: ts.Type, mode: Mode): Schema {
    const simple = simpleOf(type);
    if (simple) return simple;
    if (type.isUnion()) return unionOf(type, mode);
    if (checker.isArrayType(type)) {
      return { type: "array", items: schemaOf(checker.getTypeArguments(type as ts.TypeReference)[0] ?? type, mode) };
    }
    if (mode === "answer" && isResource(type) && !known.has(type)) return never;
    if (!(type.flags & TypeFlags.Object)) throw new Error(`Not a shape: ${checker.typeToString(type)}`);
    return { $ref: `#/$defs/${nameOf(type, mode)}` };
  }

  /** Returns the schema of a type that has no parts. */
  function simpleOf(type: ts.Type): Schema | undefined {
    const { flags } = type;
    if (flags & (TypeFlags.Any | TypeFlags.Unknown)) return {};
    if (flags & (TypeFlags.Void | TypeFlags.Never | TypeFlags.Undefined)) return never;
    if (flags & TypeFlags.Null) return { type: "null" };
    if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
    if (flags & TypeFlags.BooleanLiteral) return { const: checker.typeToString(type) === "true" };
    if (flags & TypeFlags.String || isOpenEnd(type)) return { type: "string" };
    if (flags & TypeFlags.Number) return { type: "number" };
    if (flags & TypeFlags.Boolean) return { type: "boolean" };
    return checker.typeToString(type) === "Decimal" ? { type: "string", pattern: decimal } : undefined;
  }

  /** Only words that the library knows are allowed: where Stripe may add others, neither side here may. */
  function unionOf(union: ts.UnionType, mode: Mode): Schema {
    const members = union.types.filter(({ flags }) => !(flags & TypeFlags.Undefined));
    if (members.length > 1 && members.every(isEvent)) return eventOf(members, mode);
    const words = members.filter((member) => member.isStringLiteral()).map(({ value }) => value);
    const booleans = members.filter(({ flags }) => flags & TypeFlags.BooleanLiteral);
    const others = members.filter(
      (member) =>
        !member.isStringLiteral() &&
        !(words.length > 0 && isOpenEnd(member)) &&
        !(booleans.length === 2 && booleans.includes(member)),
    );
    const options = [
      ...(words.length > 0 ? [{ enum: words }] : []),
      ...(booleans.length === 2 ? [{ type: "boolean" as const }] : []),
      ...others.map((member) => schemaOf(member, mode)).filter((schema) => schema !== never),
    ];
    if (options.length === 0) return never;
    return options.length === 1 && options[0] ? options[0] : { anyOf: options };
  }

  /** Some 250 shapes that differ only in their object, which is checked separately. */
  function eventOf(members: ts.Type[], mode: Mode): Schema {
    const [first] = members;
    const base = first && checker.getBaseTypes(first as ts.InterfaceType)[0];
    if (!base) throw new Error("Events have no common shape.");
    const kinds = members.flatMap((member) => {
      const kind = typeOf(member, "type");
      return kind?.isStringLiteral() ? [kind.value] : [];
    });
    const shape = shapeOf(base, mode);
    return { ...shape, properties: { ...shape.properties, type: { enum: kinds }, data: {} } };
  }

  function nameOf(type: ts.Type, mode: Mode): string {
    const taken = names.get(type);
    if (taken) return taken;
    const name = `${(type.aliasSymbol ?? type.symbol).name}.${names.size}`;
    names.set(type, name);
    $defs[name] = shapeOf(type, mode);
    return name;
  }

  function shapeOf(type: ts.Type, mode: Mode): Schema {
    const properties: Record<string, Schema> = {};
    const required: string[] = [];
    for (const property of checker.getPropertiesOfType(type)) {
      const isRequired = !(property.flags & SymbolFlags.Optional);
      const schema = schemaOf(checker.getTypeOfSymbol(property), mode);
      const text = ts.displayPartsToString(property.getDocumentationComment(checker));
      properties[property.name] = mode === "request" ? bounded(schema, text, isRequired) : schema;
      if (isRequired) required.push(property.name);
    }
    const others = checker.getIndexInfoOfType(type, ts.IndexKind.String);
    const additionalProperties = others ? schemaOf(others.type, mode) : (false as const);
    return { type: "object", properties, required, additionalProperties };
  }

  function callOf(path: string): Schemas["calls"][string] {
    const method = path.split(".").reduce<ts.Type | undefined>((at, name) => at && typeOf(at, name), client);
    const signature = method?.getCallSignatures()[0];
    if (!signature) throw new Error(`The library has no ${path}.`);
    const params = signature.parameters.find(({ name }) => name === "params");
    const request = params && checker.getNonNullableType(checker.getTypeOfSymbol(params));
    return {
      ...(request && { request: schemaOf(request, "request") }),
      answer: answerOf(signature.getReturnType()),
    };
  }

  /** `ApiListPromise<T>` is a list, `Promise<Response<T>>` is T. */
  function answerOf(promise: ts.Type): Schema {
    const [inner] = checker.getTypeArguments(promise as ts.TypeReference);
    if (!inner) throw new Error(`Not a promise: ${checker.typeToString(promise)}`);
    if (promise.symbol.name === "ApiListPromise") return listOf(schemaOf(inner, "answer"));
    return schemaOf(inner.aliasTypeArguments?.[0] ?? inner, "answer");
  }

  function typeOf(type: ts.Type, property: string): ts.Type | undefined {
    const symbol = checker.getPropertyOfType(type, property);
    return symbol && checker.getTypeOfSymbol(symbol);
  }

  const isResource = (type: ts.Type) => {
    const object = type.getProperty("object");
    return Boolean(object && (type.getProperty("id") ?? type.getProperty("deleted")));
  };

  const isEvent = (type: ts.Type) => {
    const object = typeOf(type, "object");
    return object !== undefined && checker.typeToString(object).replaceAll('"', "'") === anEvent;
  };

  return {
    calls: Object.fromEntries(calls.map((path) => [path, callOf(path)])),
    objects: Object.fromEntries(
      Object.entries(objects).map(([name, type]) => [name, schemaOf(types.get(type) ?? client, "answer")]),
    ),
    $defs,
  };
}

/**
 * Adds the bounds that the documentation of a parameter states: types have none. A number is whole unless it is said to
 * be otherwise, and a text that is required is not empty.
 */
function bounded(schema: Schema, text: string, isRequired: boolean): Schema {
  if (schema.anyOf) return { ...schema, anyOf: schema.anyOf.map((one) => bounded(one, text, false)) };
  if (schema.type === "number") return { ...schema, ...rangeIn(text) };
  const most = schema.type === "array" ? countIn(text) : lengthIn(text);
  if (schema.type === "array") return { ...schema, ...(most && { maxItems: most }) };
  if (schema.type !== "string") return schema;
  return { ...schema, ...(isRequired && { minLength: 1 }), ...(most && { maxLength: most }) };
}

function rangeIn(text: string): Schema {
  const isWhole = !/\b(float|decimal|percentage)\b/i.test(text);
  const [least, most] = [numberIn(text, /at least (\d+)/), numberIn(text, /value up to (\d+)/)];
  const canBeCredit = /negative integer representing/.test(text);
  const isCounted = /(positive|non-negative) integer/.test(text) && !canBeCredit;
  const canBeNone = /non-negative|or 0 for/.test(text);
  return {
    ...(isWhole && { type: "integer" as const }),
    ...(isCounted && { minimum: canBeNone ? 0 : 1 }),
    ...(least !== undefined && { minimum: least }),
    ...(most !== undefined && { maximum: most }),
    ...(/larger than 0, and smaller or equal to 100/.test(text) && { exclusiveMinimum: 0, maximum: 100 }),
  };
}

const countIn = (text: string) => numberIn(text, /(?:(?:list|array) of|specify|pass) up to (\d+)/);
const lengthIn = (text: string) => numberIn(text, /(?:up to|at most) (\d+) characters/i);

function numberIn(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

const listOf = (items: Schema): Schema => ({
  type: "object",
  properties: {
    object: { const: "list" },
    data: { type: "array", items },
    has_more: { type: "boolean" },
    url: { type: "string" },
  },
  required: ["object", "data", "has_more", "url"],
  additionalProperties: false,
});

/** `string & Record<never, never>`, which the library uses where Stripe may add words. */
const isOpenEnd = (type: ts.Type) => type.isIntersection() && type.types.some(({ flags }) => flags & TypeFlags.String);

function readLibrary(library: string, wanted: readonly string[]) {
  const file = join(library, "..", "..", "stripe-schemas.mts");
  const text = [
    'import type Stripe from "stripe";',
    "export declare const client: Stripe;",
    ...wanted.map((type, index) => `export type T${index} = Stripe.${type};`),
  ].join("\n");
  const options: ts.CompilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const disk = { ...host };
  host.fileExists = (path) => path === file || disk.fileExists(path);
  host.readFile = (path) => (path === file ? text : disk.readFile(path));
  host.getSourceFile = (path, target, ...more) =>
    path === file ? ts.createSourceFile(path, text, target) : disk.getSourceFile(path, target, ...more);
  const program = ts.createProgram([file], options, host);
  const source = program.getSourceFile(file);
  const [wrong] = program.getSemanticDiagnostics(source);
  if (wrong) throw new Error(ts.flattenDiagnosticMessageText(wrong.messageText, "\n"));
  const checker = program.getTypeChecker();
  const exported = source && checker.getSymbolAtLocation(source);
  const symbols = new Map(exported && checker.getExportsOfModule(exported).map((symbol) => [symbol.name, symbol]));
  const symbol = (name: string) => {
    const found = symbols.get(name);
    if (!found) throw new Error(`The library's types have no ${name}.`);
    return found;
  };
  return {
    checker,
    client: checker.getTypeOfSymbol(symbol("client")),
    types: new Map(wanted.map((type, index) => [type, checker.getDeclaredTypeOfSymbol(symbol(`T${index}`))])),
  };
}
