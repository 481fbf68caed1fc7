import type { JsonSchema } from "./json-schema.ts";
import { type ErrorCode, errorResponses, exampleOf, headers } from "./openapi-errors.ts";
import type { Operation } from "./operation.ts";
import { bug } from "./problem.ts";

// What an endpoint of OAuth takes and answers, beside what all others do (RFC 6749).

const formSchema = {
  type: "object",
  additionalProperties: { type: "string" },
  description: "The same fields, as texts.",
};

/** The body of a request. */
export function requestBody({ isOAuth }: Operation, content: JsonSchema): JsonSchema {
  const { properties, required = [] } = content["schema"] as { properties?: object; required?: string[] };
  return {
    required: properties === undefined || required.length > 0,
    content: {
      "application/json": content,
      ...(isOAuth && { "application/x-www-form-urlencoded": { ...content, schema: formSchema } }),
    },
  };
}

/** The error responses of such an endpoint, whose clients read plain JSON. */
export function oauthErrorResponses(codes: readonly ErrorCode[]): JsonSchema {
  const schema = { $ref: "#/components/schemas/Problem" };
  return Object.fromEntries(
    Object.entries(errorResponses(codes)).map(([status, shared]) => {
      const [first] = codes.filter((one) => `${one.status}` === status);
      const common = {
        description: `${first?.title}.`,
        ...(headers[Number(status)] && { headers: headers[Number(status)] }),
      };
      return [
        status,
        status === `${bug.status}`
          ? shared
          : { ...common, content: { "application/json": { schema, example: first && exampleOf(first).value } } },
      ];
    }),
  );
}
