import * as v from "valibot";
import { resolve } from "./intrinsics.ts";
import { physicalName } from "./physical-names.ts";
import { hasAttribute, propertyMistakes } from "./specification.ts";

const templateSchema = v.object({
  Parameters: v.optional(v.record(v.string(), v.object({ Default: v.optional(v.unknown()) })), {}),
  Resources: v.record(
    v.string(),
    v.object({
      Type: v.string(),
      Properties: v.optional(v.record(v.string(), v.unknown()), {}),
      DependsOn: v.optional(v.union([v.string(), v.array(v.string())]), []),
    }),
  ),
  Outputs: v.optional(
    v.record(v.string(), v.object({ Value: v.unknown(), Export: v.optional(v.object({ Name: v.string() })) })),
    {},
  ),
});
const codeSchema = v.object({ S3Bucket: v.string(), S3Key: v.string() });

// Shapes

/** An account as CloudFormation sees it: existing stacks, their exports, and uploaded code. */
export type Rehearsal = {
  outputs: Map<string, Record<string, string>>;
  /** Keys of the bucket of assets. */
  uploads: Set<string>;
  /** The account's resources from elsewhere: certificates and web ACLs by their ARN, event sources by their name. */
  existing: Set<string>;
  /** Accepts the stack if nothing is wrong with its template, and returns what is. */
  deploy: (stackName: string, template: unknown) => string[];
};

// Functions

/** CloudFormation without an account: it resolves and checks a template, and creates nothing. */
export function rehearse(account: string, region: string): Rehearsal {
  const outputs = new Map<string, Record<string, string>>();
  const exports = new Map<string, string>();
  const uploads = new Set<string>();
  const existing = new Set<string>();
  /** The resource that has a physical name, as `stack.id`. */
  const owners = new Map<string, string>();

  function deploy(stackName: string, text: unknown): string[] {
    const mistakes: string[] = [];
    const template = v.parse(templateSchema, text);
    const types = new Map(Object.entries(template.Resources).map(([id, { Type }]) => [id, Type]));
    for (const [name, { Default }] of Object.entries(template.Parameters)) {
      types.set(name, "Parameter");
      if (Default === undefined) {
        mistakes.push(`The parameter ${name} has no default and no value.`);
      }
    }
    const names = new Map<string, string>();
    const around = { account, region, stackName, exports, types, hasAttribute };
    for (const [id, { Type, Properties, DependsOn }] of Object.entries(template.Resources)) {
      const properties = resolve(Properties, around, mistakes);
      mistakes.push(...propertyMistakes(Type, properties).map((mistake) => `${id}: ${mistake}`));
      mistakes.push(
        ...[DependsOn]
          .flat()
          .filter((other) => !types.has(other))
          .map((other) => `${id} waits for ${other}.`),
      );
      mistakes.push(
        ...expectedToExist(Type, properties)
          .filter((one) => !existing.has(one))
          .map((one) => `${id}: there is no ${one} in this account.`),
      );
      const name = physicalName(Type, properties, region);
      if (name !== undefined) {
        const owner = names.get(name) ?? owners.get(name);
        if (owner !== undefined && owner !== `${stackName}.${id}`) {
          mistakes.push(`${id}: the name ${name.split(" ").at(-1)} is taken by ${owner}.`);
        }
        names.set(name, `${stackName}.${id}`);
      }
      mistakes.push(...missingCode(properties, uploads).map((key) => `${id}: the code ${key} was not uploaded.`));
    }
    const values = resolve(template.Outputs, around, mistakes);
    if (mistakes.length === 0) {
      names.forEach((owner, name) => owners.set(name, owner));
      keep(stackName, v.parse(templateSchema.entries.Outputs, values));
    }
    return mistakes;
  }

  function keep(stackName: string, values: v.InferOutput<typeof templateSchema>["Outputs"]): void {
    outputs.set(stackName, Object.fromEntries(Object.entries(values).map(([id, { Value }]) => [id, String(Value)])));
    for (const { Value, Export } of Object.values(values)) {
      if (Export) {
        exports.set(Export.Name, String(Value));
      }
    }
  }

  return { outputs, uploads, existing, deploy };
}

/** Returns the resources that this one needs from the account and that no stack of ours creates. */
function expectedToExist(type: string, properties: unknown): string[] {
  if (typeof properties === "string") return /^arn:aws[a-z-]*:(acm|wafv2):/.test(properties) ? [properties] : [];
  if (typeof properties !== "object" || properties === null) return [];
  const source =
    type === "AWS::Events::EventBus" && "EventSourceName" in properties ? [properties.EventSourceName] : [];
  const nested = Object.values(properties).flatMap((each) => expectedToExist("", each));
  return [...source.map(String), ...nested];
}

/** Code that a function or a layer names and that was not uploaded. */
function missingCode(properties: unknown, uploads: ReadonlySet<string>): string[] {
  const { Code, Content } = v.parse(
    v.object({ Code: v.optional(v.unknown()), Content: v.optional(v.unknown()) }),
    properties,
  );
  return [Code, Content].flatMap((code) => (v.is(codeSchema, code) && !uploads.has(code.S3Key) ? [code.S3Key] : []));
}
