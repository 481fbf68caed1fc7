import { readFileSync } from "node:fs";
import { join } from "node:path";
import { permissionsOfPeople } from "@muster/core/base/permission.ts";
import { root } from "./testing/worlds/instance.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The names that clients rely on, from the code and from documents that other tests compare with the code. */
export function publicNames() {
  const { paths, components } = JSON.parse(read("docs/openapi.json")) as Document;
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, one]) => ({ ...one, route: `${method.toUpperCase()} ${path}` })),
  );
  const schemas = [
    ...Object.entries(components.schemas),
    ...operations.flatMap((one) => schemasOf(one).map((schema) => [one.operationId, schema] as const)),
  ];
  return {
    permissions: sorted(Object.keys(permissionsOfPeople)),
    operations: sorted(operations.map(({ operationId, route }) => `${operationId} ${route}`)),
    parameters: sorted(
      operations.flatMap(({ operationId, parameters = [] }) =>
        parameters.flatMap(({ name }) => (name === undefined ? [] : [`${operationId} ${name}`])),
      ),
    ),
    events: sorted([...read("docs/events.md").matchAll(/^## ([a-z_]+\.[a-z_]+)$/gm)].map(([, type = ""]) => type)),
    codes: sorted([...read("docs/errors.md").matchAll(/<a id="([a-z_.]+)">/g)].map(([, code = ""]) => code)),
    fields: sorted(schemas.flatMap(([name, schema]) => fieldsOf(schema, name))),
  };
}

type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
};
type Content = { content?: Record<string, { schema?: Schema }> };
type Operation = {
  operationId: string;
  parameters?: { name?: string }[];
  requestBody?: Content;
  responses: Record<string, Content>;
};
type Schema = {
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
};

const sorted = (names: string[]) => [...new Set(names)].sort();

const schemasOf = ({ requestBody, responses }: Operation) =>
  [requestBody, ...Object.values(responses)].flatMap((one) =>
    Object.values(one?.content ?? {}).flatMap(({ schema }) => schema ?? []),
  );

/** Returns the fields of a schema by their paths, each value of an enumeration too. Named schemas stand on their own. */
function fieldsOf(schema: Schema, path: string): string[] {
  const { additionalProperties: others, items } = schema;
  const within = [
    ...(schema.oneOf ?? []),
    ...(schema.anyOf ?? []),
    items,
    typeof others === "object" ? others : undefined,
  ];
  const values = [...(schema.enum ?? []), schema.const].filter((value) => typeof value === "string");
  return [
    ...values.map((value) => `${path} ${value}`),
    ...within.flatMap((one) => (one ? fieldsOf(one, path) : [])),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => [
      `${path}.${name}`,
      ...fieldsOf(one, `${path}.${name}`),
    ]),
  ];
}
