import type { Schema } from "./schema.ts";

export type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

const maxList = 1_000;

/** Reads `items[0][price]=price_1&expand[]=x` as the library writes it. All leaves are still strings. */
export function readForm(text: string): Record<string, Value> {
  const root: Record<string, Value> = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const path = name.replaceAll("]", "").split("[");
    let place = root;
    for (const part of path.slice(0, -1)) {
      const next = place[part];
      const object = isObject(next) ? next : (Object.create(null) as Record<string, Value>);
      place[part] = object;
      place = object;
    }
    const last = path.at(-1) ?? "";
    place[last === "" ? String(Object.keys(place).length) : last] = value;
  }
  return Object.fromEntries(Object.entries(root).map(([name, value]) => [name, listed(value)]));
}

/** Every shape that a schema allows. */
export type Resolve = (schema: Schema) => Schema[];

/**
 * Restores numbers and booleans where the schema requires them; what fits nothing stays unchanged and fails the check.
 */
export function typed(value: Value, schema: Schema, resolve: Resolve): Value {
  const options = resolve(schema);
  if (typeof value === "string") return typedText(value, options);
  if (Array.isArray(value)) {
    const list = options.find(({ type }) => type === "array");
    return value.map((one) => (list?.items ? typed(one, list.items, resolve) : one));
  }
  if (!isObject(value)) return value;
  const shapes = options.filter(({ type }) => type === "object");
  const entries = Object.entries(value).map(([name, one]) => {
    const known = shapes.map(({ properties }) => properties?.[name]).find(Boolean);
    const open = shapes.map(({ additionalProperties }) => additionalProperties || undefined).find(Boolean);
    const inner = known ?? open;
    return [name, inner ? typed(one, inner, resolve) : one];
  });
  return Object.fromEntries(entries);
}

function typedText(text: string, options: Schema[]): Value {
  if (options.some((one) => one.type === "string" || one.enum?.includes(text) || one.const === text)) return text;
  const isNumber = options.some(({ type }) => type === "number" || type === "integer");
  if (isNumber && /^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  if (options.some(({ type }) => type === "boolean") && /^(true|false)$/.test(text)) return text === "true";
  return text;
}

const isObject = (value: unknown): value is Record<string, Value> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An object whose names are 0, 1, 2 … is a list. */
function listed(value: Value): Value {
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([name, one]) => [name, listed(one)] as const);
  const isList = entries.length > 0 && entries.length <= maxList && entries.every(([name], at) => name === String(at));
  return isList ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}
