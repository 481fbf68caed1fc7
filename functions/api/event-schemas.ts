import { reference } from "@muster/core/audit/reference.ts";
import type { JsonSchema } from "./json-schema.ts";

type Properties = Record<string, JsonSchema & { const?: string; properties?: Properties }>;
type Shape = JsonSchema & { properties: Properties };

const entries: Record<string, { when: string; data: Record<string, string> }> = reference;

/** Gives each event's shape a name, and adds the descriptions of the reference. */
export function withEvents(schemas: JsonSchema): JsonSchema {
  const { anyOf, oneOf = anyOf, ...union } = schemas.AuditEvent as JsonSchema & { anyOf: Shape[]; oneOf?: Shape[] };
  const shapes = oneOf.map((shape) => ({ type: String(shape.properties.type?.const), shape }));
  const name = (type: string) =>
    `${type.replace(/(^|[._])([a-z])/g, (_, _before, letter: string) => letter.toUpperCase())}Event`;
  const ref = (type: string) => `#/components/schemas/${name(type)}`;
  return {
    ...schemas,
    AuditEvent: {
      ...union,
      oneOf: shapes.map(({ type }) => ({ $ref: ref(type) })),
      discriminator: {
        propertyName: "type",
        mapping: Object.fromEntries(shapes.map(({ type }) => [type, ref(type)])),
      },
    },
    ...Object.fromEntries(shapes.map(({ type, shape }) => [name(type), described(type, shape)])),
  };
}

function described(type: string, { properties, ...shape }: Shape): JsonSchema {
  const { when, data } = entries[type] ?? {
    when: "A newer release recorded something that this one cannot read.",
    data: {},
  };
  const fields = Object.entries(properties.data?.properties ?? {});
  const described = fields.map(([field, of]) => [field, { ...of, description: data[field] }]);
  return {
    ...shape,
    description: when,
    properties: {
      ...properties,
      type: { ...properties.type, description: "What happened." },
      data: {
        ...properties.data,
        description: "What it is about.",
        ...(described.length > 0 && { properties: Object.fromEntries(described) }),
      },
    },
  };
}
