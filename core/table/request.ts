import type { Condition, Item, Key, Query, Scalar, Step } from "./table.ts";

/** A request in DynamoDB's expression language, without the table's name. */
export type Request = {
  Key?: Item;
  Item?: Item;
  UpdateExpression?: string;
  ConditionExpression?: string;
  ReturnValuesOnConditionCheckFailure?: "ALL_OLD";
  ExpressionAttributeNames?: Record<string, string>;
  ExpressionAttributeValues?: Item;
};

/** A key as DynamoDB takes it: without the table, which the request names. */
export const plainKey = ({ pk, sk }: Pick<Key, "pk" | "sk">) => ({ pk, sk });

export function stepRequest(step: Step): Request {
  const aliases = placeholders();
  const update = step.do === "update" && updateExpression(step.change, aliases);
  return {
    ...(step.do === "put" ? { Item: { ...step.item, ...plainKey(step.key) } } : { Key: plainKey(step.key) }),
    ...(update && { UpdateExpression: update }),
    ...(step.guard && {
      ConditionExpression: conditionExpression(step.guard.when, aliases),
      ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    }),
    ...aliases.attributes(),
  };
}

export function queryRequest(query: Query) {
  const { limit, filter, start, newestFirst = false, consistent = false } = query;
  const aliases = placeholders();
  const [hash, range] = "list" in query ? ["list", "rank"] : ["pk", "sk"];
  const bounds = boundsOf(query, () => aliases.name(range), aliases.value);
  const partition = `${aliases.name(hash)} = ${aliases.value("list" in query ? query.list : query.pk)}`;
  const filtered = filter && conditionExpression(filter, aliases);
  return {
    KeyConditionExpression: [partition, ...bounds].join(" AND "),
    ...(filtered && { FilterExpression: filtered }),
    ...aliases.attributes(),
    ...(limit !== undefined && { Limit: limit }),
    ...(start && { ExclusiveStartKey: start }),
    ScanIndexForward: !newestFirst,
    ConsistentRead: consistent,
  };
}

function boundsOf(
  { prefix, from, to }: Pick<Query, "prefix" | "from" | "to">,
  name: () => string,
  value: Aliases["value"],
): string[] {
  const start = prefix === undefined ? [] : [`begins_with(${name()}, ${value(prefix)})`];
  if (from === undefined) return to === undefined ? start : [...start, `${name()} <= ${value(to)}`];
  if (to === undefined) return [...start, `${name()} >= ${value(from)}`];
  return [...start, `${name()} BETWEEN ${value(from)} AND ${value(to)}`];
}

type Aliases = ReturnType<typeof placeholders>;

function updateExpression(change: Extract<Step, { do: "update" }>["change"], { name, value }: Aliases) {
  const { set = {}, add = {}, unset = [], drop = {} } = change;
  const clause = (word: string, parts: string[]) => (parts.length > 0 ? `${word} ${parts.join(", ")}` : "");
  return [
    clause(
      "SET",
      Object.entries(set).map(([attribute, to]) => `${name(attribute)} = ${value(to)}`),
    ),
    clause(
      "ADD",
      Object.entries(add).map(([attribute, by]) => `${name(attribute)} ${value(by)}`),
    ),
    clause("REMOVE", unset.map(name)),
    clause(
      "DELETE",
      Object.entries(drop).map(([attribute, members]) => `${name(attribute)} ${value(members)}`),
    ),
  ]
    .filter(Boolean)
    .join(" ");
}

const comparison = { equal: "=", above: ">", below: "<", atLeast: ">=", atMost: "<=" } as const;

const isComparison = (one: Condition): one is Extract<Condition, { is: keyof typeof comparison }> =>
  one.is in comparison;

/** Only nested conditions are put in parentheses: DynamoDB refuses redundant ones. */
function conditionExpression(condition: Condition, aliases: Aliases, nested = false): string {
  const { name, value } = aliases;
  if (isComparison(condition)) {
    return `${name(condition.attribute)} ${comparison[condition.is]} ${value(condition.value)}`;
  }
  switch (condition.is) {
    case "absent":
      return `attribute_not_exists(${name("pk")})`;
    case "present":
      return `attribute_exists(${name("pk")})`;
    case "has":
      return `attribute_exists(${name(condition.attribute)})`;
    case "lacks":
      return `attribute_not_exists(${name(condition.attribute)})`;
    case "oneOf":
      return `${name(condition.attribute)} IN (${condition.values.map((one: Scalar) => value(one)).join(", ")})`;
    case "contains":
      return `contains(${name(condition.attribute)}, ${value(condition.value)})`;
    case "fewer":
      return `size(${name(condition.attribute)}) < ${value(condition.than)}`;
    case "not":
      return `NOT ${conditionExpression(condition.of, aliases, true)}`;
    case "all":
    case "any":
      return joined(condition.of, condition.is === "all" ? " AND " : " OR ", aliases, nested);
  }
}

function joined(conditions: readonly Condition[], by: string, aliases: Aliases, nested: boolean): string {
  const [only, ...more] = conditions;
  if (!only) throw new Error("A condition of several parts needs at least one.");
  if (more.length === 0) return conditionExpression(only, aliases, nested);
  const text = conditions.map((part) => conditionExpression(part, aliases, true)).join(by);
  return nested ? `(${text})` : text;
}

/** Every attribute and value becomes a placeholder, so that none can be a reserved word. */
function placeholders() {
  const names: Record<string, string> = {};
  const values: Item = {};
  return {
    name: (attribute: string) => {
      names[`#${attribute}`] = attribute;
      return `#${attribute}`;
    },
    value: (value: unknown) => {
      const placeholder = `:v${Object.keys(values).length}`;
      values[placeholder] = value;
      return placeholder;
    },
    attributes: () => ({
      ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    }),
  };
}
