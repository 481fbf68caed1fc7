import type { Item } from "./table.ts";

/** A value in DynamoDB's notation: its type, and the value as JSON has it. */
export type AttributeValue = { [type in "S" | "N" | "B" | "BOOL" | "NULL" | "SS" | "M" | "L"]?: unknown };
type Attributes = Record<string, AttributeValue>;

/**
 * Writes an item in DynamoDB's notation, without attributes that are undefined.
 * @throws TypeError for what a row never holds: functions, classes, empty sets, numbers that are not exact
 */
export function toAttributes(item: Item): Attributes {
  const attributes: Attributes = {};
  for (const name in item) {
    const value = item[name];
    if (value !== undefined) own(attributes, name, toAttribute(value));
  }
  return attributes;
}

/** Reads an item that is in DynamoDB's notation. Texts of binary values are base64. */
export function fromAttributes(attributes: Attributes): Item {
  const item: Item = {};
  for (const name in attributes) own(item, name, fromAttribute(attributes[name] as AttributeValue));
  return item;
}

function toAttribute(value: unknown): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "boolean") return { BOOL: value };
  if (typeof value === "object") return toDocument(value);
  if (typeof value !== "number") throw new TypeError(`A row cannot hold a ${typeof value}.`);
  // threat: a number that is not exact is stored as another
  const isExact = Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  if (!isExact) throw new TypeError(`A row cannot hold the number ${value}.`);
  return { N: String(value) };
}

function toDocument(value: object | null): AttributeValue {
  if (value === null) return { NULL: true };
  if (Array.isArray(value)) return { L: value.filter((one) => one !== undefined).map(toAttribute) };
  if (value instanceof Uint8Array) return { B: Buffer.from(value).toString("base64") };
  if (value instanceof Set) return { SS: membersOf(value) };
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) throw new TypeError("A row cannot hold an instance.");
  return { M: toAttributes(value as Item) };
}

function membersOf(set: Set<unknown>): string[] {
  const members = [...set];
  if (members.length === 0) throw new TypeError("A row cannot hold an empty set.");
  if (!members.every((one) => typeof one === "string")) throw new TypeError("A row's sets hold texts.");
  return members;
}

function fromAttribute(attribute: AttributeValue): unknown {
  for (const type in attribute) {
    const value = attribute[type as keyof AttributeValue];
    switch (type as keyof AttributeValue) {
      case "S":
      case "BOOL":
        return value;
      case "N":
        return Number(value);
      case "M":
        // the table has no order of its own: without one the same row would be answered differently each time
        return fromAttributes(sorted(value as Attributes));
      case "L":
        return (value as AttributeValue[]).map(fromAttribute);
      case "SS":
        return new Set((value as string[]).toSorted());
      case "B":
        // threat: bytes are read as a view of memory that others share
        return Uint8Array.from(Buffer.from(value as string, "base64"));
      case "NULL":
        return null;
    }
  }
  throw new TypeError(`A row holds a value of the unknown type ${Object.keys(attribute).join()}.`);
}

/** An attribute of this name would otherwise become the prototype of the item. */
function own<T>(into: Record<string, T>, name: string, value: T): void {
  // threat: another attribute of a row becomes its prototype
  if (name !== "__proto__") into[name] = value;
  else Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
}

const sorted = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).toSorted(([one], [other]) => (one < other ? -1 : 1)));
