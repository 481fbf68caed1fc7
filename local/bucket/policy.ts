import { denied, invalidArgument, Refusal } from "./refusal.ts";

/** Fields of a form that no condition has to name. */
const free = /^(policy|x-amz-signature|file|x-ignore-.*)$/;

export type SizeRange = {
  minimum?: number;
  maximum?: number;
};

/**
 * Checks a form against its policy: every condition must hold, and every field must be in a condition.
 * @returns the maximum size of the file
 * @throws Refusal
 */
export function checkPolicy(fields: ReadonlyMap<string, string>, bucket: string, now: number): SizeRange {
  const { expiration, conditions } = parsePolicy(fields.get("policy") ?? "");
  if (expiration <= now) throw denied("Invalid according to Policy: Policy expired.");
  const values = new Map([...fields, ["bucket", bucket]]);
  const named = new Set<string>();
  let range: SizeRange = {};
  for (const condition of conditions) {
    const [operator, field, wanted] = condition;
    if (operator === "content-length-range") {
      range = { minimum: whole(field), maximum: whole(wanted) };
      continue;
    }
    const name = String(field).replace(/^\$/, "").toLowerCase();
    const value = values.get(name) ?? "";
    named.add(name);
    const holds = operator === "eq" ? value === wanted : value.startsWith(String(wanted));
    if (!holds) throw denied(`Invalid according to Policy: Policy Condition failed: ${JSON.stringify(condition)}`);
  }
  const extra = [...values.keys()].filter((name) => !named.has(name) && !free.test(name));
  // threat: the local bucket takes a field that no condition of a form's policy names
  if (extra.length > 0) throw denied(`Invalid according to Policy: Extra input fields: ${extra.join(", ")}`);
  return range;
}

type Condition = ["eq" | "starts-with" | "content-length-range", unknown, unknown];

function parsePolicy(encoded: string): { expiration: number; conditions: Condition[] } {
  let policy: unknown;
  try {
    policy = JSON.parse(Buffer.from(encoded, "base64").toString());
  } catch {
    throw invalidPolicy("Invalid JSON.");
  }
  if (typeof policy !== "object" || policy === null) throw invalidPolicy("Invalid JSON.");
  const { expiration, conditions } = policy as { expiration?: unknown; conditions?: unknown };
  const until = typeof expiration === "string" ? Date.parse(expiration) : Number.NaN;
  if (Number.isNaN(until)) throw invalidPolicy("Policy missing expiration.");
  if (!Array.isArray(conditions)) throw invalidPolicy("Policy missing conditions.");
  return { expiration: until, conditions: conditions.flatMap(conditionsOf) };
}

/** `{"acl": "private"}` is the same as `["eq", "$acl", "private"]`. */
function conditionsOf(condition: unknown): Condition[] {
  if (Array.isArray(condition)) {
    const operator = String(condition[0]).toLowerCase();
    if (condition.length === 3 && isOperator(operator)) return [[operator, condition[1], condition[2]]];
  } else if (typeof condition === "object" && condition !== null) {
    return Object.entries(condition).map(([name, value]): Condition => ["eq", `$${name}`, value]);
  }
  throw invalidPolicy(`Invalid condition: ${JSON.stringify(condition)}`);
}

const isOperator = (text: string): text is Condition[0] => ["eq", "starts-with", "content-length-range"].includes(text);

function whole(value: unknown): number {
  if (Number.isInteger(Number(value)) && Number(value) >= 0) return Number(value);
  throw invalidArgument("A content-length-range has two whole numbers.");
}

const invalidPolicy = (why: string) =>
  new Refusal(400, "InvalidPolicyDocument", `The content of the form does not meet the conditions: ${why}`);
