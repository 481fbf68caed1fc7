import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import { isRecord } from "./intrinsics.ts";

const database = loadAwsServiceSpecSync();

// Shapes

type Resource = NonNullable<ReturnType<typeof find>>;
type Properties = Resource["properties"];
type Property = Properties[string];
type PropertyType = Property["type"];

// Functions

/** Returns whether CloudFormation's own description of the type has the attribute; a custom resource may have any. */
export function hasAttribute(type: string, attribute: string): boolean {
  return type.startsWith("Custom::") || attribute in (find(type)?.attributes ?? {});
}

/**
 * Returns what CloudFormation would refuse about the properties of a resource, after intrinsic functions were resolved.
 */
export function propertyMistakes(type: string, properties: unknown): string[] {
  if (type.startsWith("Custom::")) {
    return [];
  }
  const resource = find(type);
  return resource ? objectMistakes(properties, resource.properties, type) : [`There is no resource type ${type}.`];
}

function find(type: string) {
  return [...database.lookup("resource", "cloudFormationType", "equals", type)][0];
}

function objectMistakes(value: unknown, properties: Properties, at: string): string[] {
  if (!isRecord(value)) {
    return [`${at} is not an object.`];
  }
  const unknown = Object.keys(value).filter((name) => !(name in properties));
  const missing = Object.entries(properties).filter(([name, { required }]) => required && value[name] === undefined);
  const wrong = Object.entries(value).flatMap(([name, each]) => {
    const property = properties[name];
    return property ? propertyMistakesAt(each, property, `${at}.${name}`) : [];
  });
  return [
    ...unknown.map((name) => `${at} has no property ${name}.`),
    ...missing.map(([name]) => `${at} needs ${name}.`),
    ...wrong,
  ];
}

function propertyMistakesAt(value: unknown, { type, previousTypes = [] }: Property, at: string): string[] {
  return fewest([type, ...previousTypes].map((each) => valueMistakes(value, each, at)));
}

function valueMistakes(value: unknown, type: PropertyType, at: string): string[] {
  if (type.type === "ref") return objectMistakes(value, database.get("typeDefinition", type.reference).properties, at);
  if (type.type === "union") return fewest(type.types.map((each) => valueMistakes(value, each, at)));
  if (type.type === "array") {
    if (!Array.isArray(value)) return [`${at} is not a list.`];
    return value.flatMap((each, index) => valueMistakes(each, type.element, `${at}[${index}]`));
  }
  if (type.type === "map") {
    if (!isRecord(value)) return [`${at} is not a map.`];
    return Object.entries(value).flatMap(([key, each]) => valueMistakes(each, type.element, `${at}.${key}`));
  }
  const what = simpleMistakes[type.type](value);
  return what === undefined ? [] : [`${at} is ${what}.`];
}

type Simple = Exclude<PropertyType["type"], "ref" | "union" | "array" | "map">;
type Check = (value: unknown) => string | undefined;

const number: Check = (value) =>
  Number.isFinite(Number(value)) ? undefined : `not a number: ${JSON.stringify(value)}`;
const text: Check = (value) => (typeof value === "object" ? "not a text" : undefined);
const anything: Check = () => undefined;

/** Checks of values without parts. */
const simpleMistakes: { [Name in Simple]: Check } = {
  integer: number,
  number,
  boolean: (value) => (/^(true|false)$/.test(String(value)) ? undefined : "neither true nor false"),
  string: text,
  "date-time": text,
  tag: (value) => (isRecord(value) && "Key" in value && "Value" in value ? undefined : "not a tag"),
  json: anything,
  null: anything,
};

/** Returns the best fit of several interpretations of a value. */
function fewest(readings: string[][]): string[] {
  return readings.reduce((best, each) => (each.length < best.length ? each : best));
}
