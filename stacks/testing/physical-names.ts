import { isRecord } from "./intrinsics.ts";

/** Types whose name is only a label: AWS allows duplicates. An inline policy's is unique within its role. */
const labels = new Set(["AWS::ApiGatewayV2::Api", "AWS::IAM::Policy"]);
/** Types whose name is unique within another resource, and the property that names it. */
const scopes: Record<string, string> = {
  "AWS::ApiGatewayV2::Stage": "ApiId",
  "AWS::Events::Rule": "EventBusName",
  "AWS::Lambda::Alias": "FunctionName",
  "AWS::Logs::MetricFilter": "LogGroupName",
  "AWS::Scheduler::Schedule": "GroupName",
};
/** Services whose names are global. */
const global = /^AWS::(Budgets|CloudFront|IAM|Route53|S3)::/;

// Functions

/**
 * Returns the name that a template gives to a resource, as AWS distinguishes it within an account: with type, region
 * and scope, case-insensitively. Nothing for a resource that AWS names.
 */
export function physicalName(type: string, properties: unknown, region: string): string | undefined {
  const kind = type.split("::").at(-1) ?? "";
  if (labels.has(type) || !isRecord(properties)) return undefined;
  const name = [properties, properties[kind], properties[`${kind}Config`]].flatMap((each) => namesIn(each, kind))[0];
  if (name === undefined) return undefined;
  const scope = properties[scopes[type] ?? ""] ?? "";
  return [type, global.test(type) ? "global" : region, textOf(scope), textOf(name)].join(" ").toLowerCase();
}

/** `Name`, `QueueName` of a queue, `TableName` of a global table, `EmailIdentity` of an identity. */
function namesIn(properties: unknown, kind: string): unknown[] {
  if (!isRecord(properties)) return [];
  const isName = (key: string) =>
    key === "Name" || key === kind || (/.Name$/.test(key) && kind.endsWith(key.slice(0, -4)));
  return Object.entries(properties).flatMap(([key, value]) => (isName(key) && !isPart(value) ? [value] : []));
}

/** An object with the properties of a budget, for example, and not an intrinsic function. */
const isPart = (value: unknown) => isRecord(value) && !Object.keys(value).some((key) => /^(Ref|Fn::)/.test(key));

const textOf = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
