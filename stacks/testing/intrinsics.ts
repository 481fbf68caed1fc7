/** Values of one deployment: known parameters, and the exports of earlier stacks. */
export type Surroundings = {
  account: string;
  region: string;
  stackName: string;
  exports: ReadonlyMap<string, string>;
  /** The type of each resource of the template, by its logical id. */
  types: ReadonlyMap<string, string>;
  /** Returns whether a resource of this type has this attribute. */
  hasAttribute: (type: string, attribute: string) => boolean;
};

// Functions

/**
 * Returns the value with its intrinsic functions resolved, like CloudFormation. Adds to `mistakes` what it cannot
 * resolve.
 */
export function resolve(value: unknown, around: Surroundings, mistakes: string[]): unknown {
  if (Array.isArray(value)) {
    return value.map((each) => resolve(each, around, mistakes)).filter((each) => each !== undefined);
  }
  if (!isRecord(value)) {
    return value;
  }
  const [name, ...others] = Object.keys(value);
  const isIntrinsic = others.length === 0 && (name === "Ref" || name?.startsWith("Fn::"));
  if (name !== undefined && isIntrinsic) {
    return call(name, resolve(value[name], around, mistakes), around, mistakes);
  }
  const entries = Object.entries(value).map(([key, each]) => [key, resolve(each, around, mistakes)] as const);
  return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function call(name: string, input: unknown, around: Surroundings, mistakes: string[]): unknown {
  const [first, second] = Array.isArray(input) ? input : [input];
  switch (name) {
    case "Ref":
      return reference(String(input), around, mistakes);
    case "Fn::GetAtt":
      return attribute(String(first), String(second), around, mistakes);
    case "Fn::ImportValue":
      return imported(String(input), around, mistakes);
    case "Fn::Join":
      return Array.isArray(second) ? second.map(String).join(String(first)) : "";
    case "Fn::Split":
      return String(second).split(String(first));
    case "Fn::Select":
      return Array.isArray(second) ? second[Number(first)] : undefined;
    case "Fn::Sub":
      return String(first).replace(/\$\{([^}]+)\}/g, (_, id: string) => String(reference(id, around, mistakes)));
    default:
      mistakes.push(`${name} is not known here.`);
      return undefined;
  }
}

/** Physical names and attributes look realistic enough for the functions that parse them. */
function reference(id: string, around: Surroundings, mistakes: string[]): unknown {
  const pseudo = pseudoParameters(around);
  if (id in pseudo) {
    return pseudo[id];
  }
  if (!around.types.has(id)) {
    mistakes.push(`There is no ${id} to refer to.`);
  }
  const name = `${around.stackName}-${id}`;
  // parts of it are used: the last is the qualifier
  const isQualified = /^AWS::Lambda::(Alias|Version)$/.test(around.types.get(id) ?? "");
  return isQualified ? `arn:aws:lambda:${around.region}:${around.account}:function:${name}:${id}` : name;
}

function attribute(id: string, name: string, around: Surroundings, mistakes: string[]): string {
  const type = around.types.get(id);
  if (type === undefined) {
    mistakes.push(`There is no ${id} with an attribute ${name}.`);
  } else if (!around.hasAttribute(type, name)) {
    mistakes.push(`${type} has no attribute ${name}.`);
  }
  return /Endpoint|Url/.test(name) ? `https://${id}.example` : `${around.stackName}-${id}-${name}`;
}

function imported(name: string, { exports }: Surroundings, mistakes: string[]): string {
  const value = exports.get(name);
  if (value === undefined) {
    mistakes.push(`No earlier stack exports ${name}.`);
  }
  return value ?? name;
}

function pseudoParameters({ account, region, stackName }: Surroundings): Record<string, unknown> {
  return {
    "AWS::AccountId": account,
    "AWS::NoValue": undefined,
    "AWS::Partition": "aws",
    "AWS::Region": region,
    "AWS::StackId": `arn:aws:cloudformation:${region}:${account}:stack/${stackName}/0`,
    "AWS::StackName": stackName,
    "AWS::URLSuffix": "amazonaws.com",
  };
}
