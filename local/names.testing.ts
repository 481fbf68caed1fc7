import { readFileSync } from "node:fs";
import { join } from "node:path";
import { permissionsOfPeople } from "@muster/core/base/permission.ts";
import { root } from "./testing/worlds/instance.ts";

const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The names that clients rely on, from the code and from documents that other tests compare with the code. */
export function publicNames(): Record<"permissions" | "operations" | "events" | "codes" | "fields", string[]> {
  const { paths, components } = JSON.parse(read("docs/openapi.json")) as Document;
  return {
    permissions: Object.keys(permissionsOfPeople).sort(),
    operations: Object.entries(paths)
      .flatMap(([path, item]) =>
        Object.entries(item).map(([method, one]) => `${one.operationId} ${method.toUpperCase()} ${path}`),
      )
      .sort(),
    events: [...read("docs/events.md").matchAll(/^## ([a-z_]+\.[a-z_]+)$/gm)].map(([, type = ""]) => type).sort(),
    codes: [...read("docs/errors.md").matchAll(/<a id="([a-z_.]+)">/g)].map(([, code = ""]) => code).sort(),
    fields: Object.entries(components.schemas)
      .flatMap(([name, schema]) => fieldsOf(schema, name))
      .sort(),
  };
}

type Document = {
  paths: Record<string, Record<string, { operationId: string }>>;
  components: { schemas: Record<string, Schema> };
};
type Schema = { properties?: Record<string, Schema>; items?: Schema; oneOf?: Schema[]; anyOf?: Schema[] };

/** Returns the fields within a schema, each by its path. Other named schemas are listed on their own. */
function fieldsOf(schema: Schema, path: string): string[] {
  const within = Object.entries(schema.properties ?? {});
  const alternatives = [...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])];
  const fields = [
    ...within.flatMap(([name, one]) => [`${path}.${name}`, ...fieldsOf(one, `${path}.${name}`)]),
    ...alternatives.flatMap((one) => fieldsOf(one, path)),
  ];
  return [...new Set(fields)];
}
