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
  const { prefix, from, to, limit, filter, start, newestFirst = false, consistent = false } = query;
  const aliases = placeholders();
  const [hash, range] = "list" in query ? ["list", "rank"] : ["pk", "sk"];
  const bounds = [
    prefix !== undefined && `begins_with(${aliases.name(range)}, ${aliases.value(prefix)})`,
    from !== undefined && to === undefined && `${aliases.name(range)} >= ${aliases.value(from)}`,
    to !== undefined && from === undefined && `${aliases.name(range)} <= ${aliases.value(to)}`,
    from !== undefined &&
      to !== undefined &&
      `${aliases.name(range)} BETWEEN ${aliases.value(from)} AND ${aliases.value(to)}`,
  ].filter((bound) => bound !== false);
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

/** Only nested conditions are put in parentheses: DynamoDB refuses redundant ones. */
function conditionExpression(condition: Condition, aliases: Aliases, nested = false): string {
  const { name, value } = aliases;
  switch (condition.is) {
    case "absent":
      return `attribute_not_exists(${name("pk")})`;
    case "present":
      return `attribute_exists(${name("pk")})`;
    case "has":
      return `attribute_exists(${name(condition.attribute)})`;
    case "lacks":
      return `attribute_not_exists(${name(condition.attribute)})`;
    case "equal":
    case "above":
    case "below":
    case "atLeast":
    case "atMost":
      return `${name(condition.attribute)} ${comparison[condition.is]} ${value(condition.value)}`;
    case "oneOf":
      return `${name(condition.attribute)} IN (${condition.values.map((one: Scalar) => value(one)).join(", ")})`;
    case "contains":
      return `contains(${name(condition.attribute)}, ${value(condition.value)})`;
    case "fewer":
      return `size(${name(condition.attribute)}) < ${value(condition.than)}`;
    case "not":
      return `NOT ${conditionExpression(condition.of, aliases, true)}`;
    case "all":
    case "any": {
      const [only, ...more] = condition.of;
      if (!only) throw new Error("A condition of several parts needs at least one.");
      if (more.length === 0) return conditionExpression(only, aliases, nested);
      const parts = condition.of.map((part) => conditionExpression(part, aliases, true));
      const joined = parts.join(condition.is === "all" ? " AND " : " OR ");
      return nested ? `(${joined})` : joined;
    }
  }
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
