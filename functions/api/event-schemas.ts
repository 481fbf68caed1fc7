import type { JsonSchema } from "./json-schema.ts";

type Properties = Record<string, JsonSchema & { const?: string; properties?: Properties }>;
type Shape = JsonSchema & { properties: Properties };

/** Gives each event's shape a name, and the description that its data has. */
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
    ...Object.fromEntries(shapes.map(({ type, shape }) => [name(type), described(shape)])),
  };
}

function described({ properties, ...shape }: Shape): JsonSchema {
  const { type, data } = properties;
  return {
    ...shape,
    description: data?.description,
    properties: {
      ...properties,
      type: { ...type, description: "What happened." },
      data: { ...data, description: "What it is about." },
    },
  };
}
